package dev.weighbridge.cli.terminal;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/// One of the two streams a command writes to. UTF-8 whatever the locale says, because what is piped into a file or
/// another
/// program must not depend on it. A write that fails throws: a [PrintWriter] would swallow it and let the command
/// compute on
/// for a reader that has gone.
public final class Output extends PrintWriter {

    private final boolean terminal;
    private boolean colored;

    Output(OutputStream stream, boolean terminal, boolean autoFlush) {
        super(new OutputStreamWriter(new FailingLoudly(stream), StandardCharsets.UTF_8), autoFlush);
        this.terminal = terminal;
    }

    /// An output that paints as this one does but writes to `target`, for text that is made beside other text.
    public Output onto(Writer target) {
        Output output = new Output(target);
        output.colored = colored;
        return output;
    }

    private Output(Writer target) {
        super(target);
        this.terminal = false;
    }

    /// Whether a person is looking, so that progress may be drawn.
    public boolean isTerminal() {
        return terminal;
    }

    /// Whether [#paint] paints.
    public boolean isColored() {
        return colored;
    }

    /// The text in the style, or the text alone where colour is off.
    public String paint(Style style, String text) {
        return colored ? style.wrap(text) : text;
    }

    void colored(boolean on) {
        colored = on;
    }

    private static final class FailingLoudly extends OutputStream {

        private final OutputStream stream;

        FailingLoudly(OutputStream stream) {
            this.stream = stream;
        }

        @Override
        public void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            try {
                stream.write(bytes, offset, length);
            } catch (IOException e) {
                throw outcomeOf(e);
            }
        }

        @Override
        public void flush() {
            try {
                stream.flush();
            } catch (IOException e) {
                throw outcomeOf(e);
            }
        }

        @Override
        public void close() {
            try {
                stream.close();
            } catch (IOException e) {
                throw outcomeOf(e);
            }
        }

        // Java has no type for a closed pipe; this is strerror(EPIPE), the same on Linux and macOS.
        private static RuntimeException outcomeOf(IOException e) {
            return "Broken pipe".equals(e.getMessage())
                    ? new OutputClosedException(e)
                    : new UncheckedIOException("cannot write the output: " + e.getMessage(), e);
        }
    }
}
