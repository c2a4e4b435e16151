/// The weigh command. Start at [dev.weighbridge.cli.Weigh], which wires everything and is the only place that does;
/// [dev.weighbridge.cli.Failure] is the only place where what went wrong becomes a sentence and an exit code. The
/// commands
/// are in `command`, what they write to is in `terminal`. Nothing is computed here: a command parses, asks a room
/// below, prints.
@NullMarked
package dev.weighbridge.cli;

import org.jspecify.annotations.NullMarked;
