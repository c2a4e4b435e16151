package dev.weighbridge.cli.pick;

import java.io.IOException;
import org.jline.utils.NonBlockingReader;

/// Reads keys off a terminal in raw mode: characters, and the sequences that begin with escape (ECMA-48,
/// xterm).
final class KeyReader {
    private static final int ESCAPE = 27;
    private static final int DELETE = 127;
    private static final int BACKSPACE = 8;
    private static final int CONTROL_C = 3;
    private static final int CONTROL_D = 4;

    /// After an escape that begins a sequence, the rest comes at once.
    private static final long REST_MILLIS = 50;

    private final NonBlockingReader reader;

    KeyReader(NonBlockingReader reader) {
        this.reader = reader;
    }

    /// The next key; waits for it.
    Key next() throws IOException {
        int read = reader.read();
        return switch (read) {
            case -1, CONTROL_C, CONTROL_D -> Key.Named.CLOSED;
            case '\r', '\n' -> Key.Named.ENTER;
            case DELETE, BACKSPACE -> Key.Named.BACKSPACE;
            case ESCAPE -> sequence();
            default -> read >= ' ' ? new Key.Typed((char) read) : Key.Named.OTHER;
        };
    }

    private Key sequence() throws IOException {
        int introducer = reader.read(REST_MILLIS);
        if (introducer == NonBlockingReader.READ_EXPIRED || introducer == NonBlockingReader.EOF) {
            return Key.Named.ESCAPE;
        }
        if (introducer != '[' && introducer != 'O') {
            return Key.Named.OTHER;
        }
        int parameter = 0;
        int read = reader.read(REST_MILLIS);
        while (read >= '0' && read <= '9') {
            parameter = Math.min(parameter * 10 + read - '0', 99);
            read = reader.read(REST_MILLIS);
        }
        return switch (read) {
            case 'A' -> Key.Named.UP;
            case 'B' -> Key.Named.DOWN;
            case 'H' -> Key.Named.HOME;
            case 'F' -> Key.Named.END;
            case '~' -> numbered(parameter);
            default -> Key.Named.OTHER;
        };
    }

    private static Key numbered(int parameter) {
        return switch (parameter) {
            case 1, 7 -> Key.Named.HOME;
            case 4, 8 -> Key.Named.END;
            case 5 -> Key.Named.PAGE_UP;
            case 6 -> Key.Named.PAGE_DOWN;
            default -> Key.Named.OTHER;
        };
    }
}
