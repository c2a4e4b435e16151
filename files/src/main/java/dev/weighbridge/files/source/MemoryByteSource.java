package dev.weighbridge.files.source;

import java.io.EOFException;
import java.nio.ByteBuffer;

/// Bytes that are already in memory, as a file: a part unpacked from another file, or a test's own bytes.
public final class MemoryByteSource implements ByteSource {
    private final String name;
    private final byte[] bytes;
    private long bytesRead;

    /// @param name the name shown in messages
    /// @param bytes the whole file; kept, not copied
    public MemoryByteSource(String name, byte[] bytes) {
        this.name = name;
        this.bytes = bytes;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public void readFully(long offset, ByteBuffer target) throws EOFException {
        int count = target.remaining();
        if (offset < 0 || offset > bytes.length - count) {
            throw new EOFException(name + " ends at byte " + bytes.length + ", before byte " + offset + " + " + count);
        }
        target.put(bytes, (int) offset, count);
        bytesRead += count;
    }

    @Override
    public long bytesRead() {
        return bytesRead;
    }

    @Override
    public void close() {}
}
