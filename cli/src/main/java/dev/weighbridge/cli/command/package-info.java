/// One class per command: it declares its options, asks a room below, prints to the
/// [dev.weighbridge.cli.terminal.Terminal] it was given. [dev.weighbridge.cli.command.CompletionCommand] is the
/// smallest
/// complete one. A command knows nothing of exit codes for errors: it throws, and the edge translates.
@NullMarked
package dev.weighbridge.cli.command;

import org.jspecify.annotations.NullMarked;
