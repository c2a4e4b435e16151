package dev.weighbridge.cli.terminal;

import java.io.IOException;

/// Whoever was reading the output has gone (`weigh … | head`): stop, and say nothing.
public final class OutputClosedException extends RuntimeException {

    OutputClosedException(IOException cause) {
        super(cause);
    }
}
