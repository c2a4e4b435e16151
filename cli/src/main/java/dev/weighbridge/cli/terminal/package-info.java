/// What the commands write to: two outputs, their colours and their width. Knows no command and no domain.
@NullMarked
package dev.weighbridge.cli.terminal;

import org.jspecify.annotations.NullMarked;
