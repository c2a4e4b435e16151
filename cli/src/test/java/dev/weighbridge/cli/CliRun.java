package dev.weighbridge.cli;

import dev.weighbridge.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// One command line run in process: what it answered, what it said, how it ended.
///
/// @param exitCode what the shell would be told
/// @param out everything written to standard output
/// @param err everything written to standard error
public record CliRun(int exitCode, String out, String err) {

    /// Runs `weigh` with the arguments, its outputs piped, in an environment without variables.
    public static CliRun weigh(String... arguments) {
        return new Setting().weigh(arguments);
    }

    /// The same on a terminal of that many columns.
    public static Setting onTerminal(int columns) {
        return new Setting().with("COLUMNS", String.valueOf(columns)).onTerminal();
    }

    /// The same with an environment variable set.
    public static Setting with(String variable, String value) {
        return new Setting().with(variable, value);
    }

    /// Where a command line is run.
    public static final class Setting {

        private final Map<String, String> environment = new HashMap<>();
        private boolean terminal;

        private Setting() {}

        /// Sets an environment variable.
        public Setting with(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        /// Lets a person look at both outputs.
        public Setting onTerminal() {
            terminal = true;
            return this;
        }

        /// Runs `weigh` with the arguments.
        public CliRun weigh(String... arguments) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            int exitCode = Weigh.run(Terminal.of(out, terminal, err, terminal, environment), environment, arguments);
            return new CliRun(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        }
    }
}
