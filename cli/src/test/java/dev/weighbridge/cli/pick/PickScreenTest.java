package dev.weighbridge.cli.pick;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.InputFlag;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Size;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The screen on a terminal of JLine's that stands between two streams: keys go in as bytes, the drawing
/// comes out.
class PickScreenTest {
    private static final String DOWN = "\033[B";

    @Test
    @Timeout(20)
    void drawsTheListAndClosesOnQ() throws IOException {
        String drawn = screenAfter(new PickBoard(Picks.three()), "q");

        assertThat(drawn)
                .contains("weigh pick · chat · Card 24GB")
                .contains("aurora-30b")
                .contains("q quit");
    }

    @Test
    @Timeout(20)
    void readsArrowsAndOpensDetails() throws IOException {
        String drawn = screenAfter(new PickBoard(Picks.three()), DOWN + DOWN + "\rqq");

        assertThat(drawn).contains("comet-1b  rank 3, on the front").contains("any other key goes back");
    }

    @Test
    @Timeout(20)
    void searchesByTypedLetters() throws IOException {
        PickBoard board = new PickBoard(Picks.three());

        screenAfter(board, "/boreal\rq");

        assertThat(board.chosen())
                .hasValueSatisfying(
                        place -> assertThat(place.choice().facts().name()).isEqualTo("borealis-27b"));
    }

    @Test
    @Timeout(20)
    void closesWhereTheKeyboardEnds() throws IOException {
        assertThat(screenAfter(new PickBoard(Picks.three()), "\004")).contains("comet-1b");
    }

    @Test
    @Timeout(20)
    void leavesTheTerminalAsItWas() throws IOException {
        ByteArrayOutputStream drawn = new ByteArrayOutputStream();
        try (LineDisciplineTerminal terminal = terminal(drawn)) {
            var before = terminal.getAttributes().toString();
            terminal.processInputBytes("q".getBytes(StandardCharsets.UTF_8));

            PickScreen.show(new PickBoard(Picks.three()), terminal);

            assertThat(terminal.getAttributes()).hasToString(before);
        }
    }

    @Test
    @Timeout(20)
    void readsKeysOneByOne() throws IOException {
        try (LineDisciplineTerminal terminal = terminal(new ByteArrayOutputStream())) {
            terminal.enterRawMode();
            terminal.processInputBytes("a\033[5~\033[6~\033OH\033[4~\177\003".getBytes(StandardCharsets.UTF_8));
            KeyReader keys = new KeyReader(terminal.reader());

            assertThat(keys.next()).isEqualTo(new Key.Typed('a'));
            assertThat(keys.next()).isEqualTo(Key.Named.PAGE_UP);
            assertThat(keys.next()).isEqualTo(Key.Named.PAGE_DOWN);
            assertThat(keys.next()).isEqualTo(Key.Named.HOME);
            assertThat(keys.next()).isEqualTo(Key.Named.END);
            assertThat(keys.next()).isEqualTo(Key.Named.BACKSPACE);
            assertThat(keys.next()).isEqualTo(Key.Named.CLOSED);
        }
    }

    private static String screenAfter(PickBoard board, String typed) throws IOException {
        ByteArrayOutputStream drawn = new ByteArrayOutputStream();
        try (LineDisciplineTerminal terminal = terminal(drawn)) {
            Attributes raw = new Attributes(terminal.getAttributes());
            raw.setLocalFlags(EnumSet.of(LocalFlag.ICANON, LocalFlag.ECHO, LocalFlag.ISIG), false);
            raw.setInputFlag(InputFlag.ICRNL, false);
            terminal.setAttributes(raw);
            terminal.processInputBytes(typed.getBytes(StandardCharsets.UTF_8));
            PickScreen.show(board, terminal);
        }
        return drawn.toString(StandardCharsets.UTF_8).replaceAll("\033\\[[0-9;?]*[A-Za-z]", "");
    }

    private static LineDisciplineTerminal terminal(ByteArrayOutputStream drawn) throws IOException {
        LineDisciplineTerminal terminal =
                new LineDisciplineTerminal("test", "xterm-256color", drawn, StandardCharsets.UTF_8);
        terminal.setSize(Size.of(140, 40));
        return terminal;
    }
}
