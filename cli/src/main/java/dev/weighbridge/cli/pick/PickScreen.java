package dev.weighbridge.cli.pick;

import dev.weighbridge.cli.pick.PickBoard.Line;
import dev.weighbridge.cli.pick.PickBoard.Next;
import java.io.IOException;
import java.util.List;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;

/// Draws a [PickBoard] on a terminal and hands it the keys, until it closes.
final class PickScreen {
    private static final int USUAL_COLUMNS = 80;
    private static final int USUAL_ROWS = 24;

    private final Terminal terminal;

    private PickScreen(Terminal terminal) {
        this.terminal = terminal;
    }

    /// Shows a board on the terminal of this process.
    static void show(PickBoard board) throws IOException {
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            show(board, terminal);
        }
    }

    /// Shows a board on a terminal, which stays open and as it was.
    static void show(PickBoard board, Terminal terminal) throws IOException {
        new PickScreen(terminal).run(board);
    }

    private void run(PickBoard board) throws IOException {
        Attributes before = terminal.enterRawMode();
        terminal.puts(Capability.enter_ca_mode);
        terminal.puts(Capability.cursor_invisible);
        try {
            Display display = new Display(terminal, true);
            KeyReader keys = new KeyReader(terminal.reader());
            do {
                draw(board, display);
            } while (board.press(keys.next()) == Next.STAY);
        } finally {
            terminal.puts(Capability.cursor_visible);
            terminal.puts(Capability.exit_ca_mode);
            terminal.setAttributes(before);
            terminal.flush();
        }
    }

    private void draw(PickBoard board, Display display) {
        Size size = terminal.getSize();
        int columns = size.getColumns() > 0 ? size.getColumns() : USUAL_COLUMNS;
        int rows = size.getRows() > 0 ? size.getRows() : USUAL_ROWS;
        display.resize(Size.of(columns, rows));
        List<AttributedString> lines =
                board.lines(columns - 1, rows).stream().map(PickScreen::styled).toList();
        display.update(lines, 0);
        terminal.flush();
    }

    private static AttributedString styled(Line line) {
        AttributedStyle style = AttributedStyle.DEFAULT;
        if (line.isChosen()) {
            style = style.inverse();
        } else if (line.isHeading()) {
            style = style.bold();
        }
        return new AttributedString(line.text(), style);
    }
}
