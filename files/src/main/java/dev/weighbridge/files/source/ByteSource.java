package dev.weighbridge.files.source;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// One readable file, local or remote, read at any position. Safe for one thread at a time.
public interface ByteSource extends Closeable {
    /// The name shown in messages.
    String name();

    /// Length in bytes.
    long size();

    /// Fills `target` from `offset` on.
    ///
    /// @throws java.io.EOFException if the file ends before the buffer is full
    void readFully(long offset, ByteBuffer target) throws IOException;

    /// Bytes taken from disk or network so far.
    long bytesRead();
}
