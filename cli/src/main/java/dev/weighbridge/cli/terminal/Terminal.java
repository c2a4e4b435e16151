package dev.weighbridge.cli.terminal;

import java.io.OutputStream;
import java.util.Map;

/// What a command writes to: data to [#out], everything else to [#err]. Belongs to one run of the
/// command and is not thread-safe.
public final class Terminal {

    private static final int USUAL_WIDTH = 80;
    private static final int NARROWEST = 20;

    private final Output out;
    private final Output err;
    private final int width;
    private final boolean colorWanted;
    private boolean hasKeyboard;

    private Terminal(Output out, Output err, int width, boolean colorWanted) {
        this.out = out;
        this.err = err;
        this.width = width;
        this.colorWanted = colorWanted;
    }

    /// A terminal over two streams.
    ///
    /// @param outIsTerminal whether a person is looking at `out`
    /// @param errIsTerminal whether a person is looking at `err`
    /// @param environment read for `COLUMNS`, `NO_COLOR` (https://no-color.org) and `TERM`
    public static Terminal of(
            OutputStream out,
            boolean outIsTerminal,
            OutputStream err,
            boolean errIsTerminal,
            Map<String, String> environment) {
        boolean colorWanted = environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "").equals("dumb");
        Terminal terminal = new Terminal(
                new Output(out, outIsTerminal, false),
                new Output(err, errIsTerminal, true),
                widthOf(environment.getOrDefault("COLUMNS", "")),
                colorWanted);
        terminal.color(ColorChoice.AUTO);
        return terminal;
    }

    /// Where the answer goes.
    public Output out() {
        return out;
    }

    /// Where progress, warnings and errors go.
    public Output err() {
        return err;
    }

    /// How many columns a line may take.
    public int width() {
        return width;
    }

    /// Says whether a person can type: standard input is a terminal, too.
    public void keyboard(boolean present) {
        hasKeyboard = present;
    }

    /// Whether a person looks at [#out] and can type, so that a command may take the whole screen.
    public boolean isInteractive() {
        return hasKeyboard && out.isTerminal();
    }

    /// Decides about colour for both outputs from here on.
    public void color(ColorChoice choice) {
        out.colored(isColored(choice, out));
        err.colored(isColored(choice, err));
    }

    private boolean isColored(ColorChoice choice, Output output) {
        return switch (choice) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO -> output.isTerminal() && colorWanted;
        };
    }

    private static int widthOf(String columns) {
        try {
            int stated = Integer.parseInt(columns);
            // A pseudo-terminal that nobody has sized says 0.
            return stated > 0 ? Math.max(NARROWEST, stated) : USUAL_WIDTH;
        } catch (NumberFormatException _) {
            return USUAL_WIDTH;
        }
    }
}
