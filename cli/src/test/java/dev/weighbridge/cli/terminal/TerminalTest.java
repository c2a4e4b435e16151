package dev.weighbridge.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {

    @ParameterizedTest
    @CsvSource({"120, 120", "5, 20", "0, 80", "-3, 80", "wide, 80", "'', 80"})
    void takesItsWidthFromColumnsWhereThatMakesSense(String columns, int width) {
        assertThat(terminal(Map.of("COLUMNS", columns)).width()).isEqualTo(width);
    }

    @Test
    void staysPlainOnATerminalThatCannotColor() {
        assertThat(terminal(Map.of("TERM", "dumb")).out().paint(Style.RED, "no"))
                .isEqualTo("no");
    }

    @Test
    void paintsOnATerminalThatCan() {
        assertThat(terminal(Map.of("TERM", "xterm")).out().paint(Style.RED, "no"))
                .isEqualTo("\033[31mno\033[0m");
    }

    private static Terminal terminal(Map<String, String> environment) {
        OutputStream nowhere = OutputStream.nullOutputStream();
        return Terminal.of(nowhere, true, nowhere, true, environment);
    }
}
