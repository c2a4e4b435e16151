/// The weigh command. Start at [dev.weighbridge.cli.Weigh], which wires everything and is the only place that does.
///
/// The commands are in `inspect` and `command`, the models they ask for come through `models`, what they write to is in
/// `terminal`, and what goes wrong becomes a sentence and an exit code in `failure`. Nothing is computed here: a
/// command
/// parses, asks a room below, prints.
@NullMarked
package dev.weighbridge.cli;

import org.jspecify.annotations.NullMarked;
