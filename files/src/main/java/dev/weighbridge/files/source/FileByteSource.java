package dev.weighbridge.files.source;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// A file on this machine.
///
/// Small reads are served from one read-ahead buffer, so a header that fits into it costs a single system call;
/// reads of the buffer's size and more go straight into the caller's buffer.
final class FileByteSource implements ByteSource {
    private static final int READ_AHEAD_BYTES = 64 * 1024;

    private final String name;
    private final FileChannel channel;
    private final long size;
    private @Nullable ByteBuffer ahead;
    private long aheadOffset;
    private long bytesRead;

    private FileByteSource(String name, FileChannel channel) throws IOException {
        this.name = name;
        this.channel = channel;
        this.size = channel.size();
    }

    static FileByteSource open(String name, Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return new FileByteSource(name, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void readFully(long offset, ByteBuffer target) throws IOException {
        if (offset < 0 || offset > size - target.remaining()) {
            throw new EOFException(
                    name + " ends at byte " + size + ", before byte " + offset + " + " + target.remaining());
        }
        long position = offset + copyAhead(offset, target);
        if (!target.hasRemaining()) {
            return;
        }
        if (target.remaining() >= READ_AHEAD_BYTES) {
            fill(position, target);
            return;
        }
        ByteBuffer buffer = ahead;
        if (buffer == null) {
            buffer = ByteBuffer.allocate((int) Math.min(size, READ_AHEAD_BYTES));
            ahead = buffer;
        }
        buffer.clear().limit((int) Math.min(buffer.capacity(), size - position));
        try {
            fill(position, buffer);
        } catch (IOException e) {
            buffer.position(0);
            throw e;
        } finally {
            buffer.flip();
        }
        aheadOffset = position;
        copyAhead(position, target);
    }

    /// Copies what the read-ahead buffer has from `offset` on; returns how much that was.
    private int copyAhead(long offset, ByteBuffer target) {
        ByteBuffer buffer = ahead;
        if (buffer == null || offset < aheadOffset || offset >= aheadOffset + buffer.limit()) {
            return 0;
        }
        int from = (int) (offset - aheadOffset);
        int count = Math.min(buffer.limit() - from, target.remaining());
        target.put(target.position(), buffer, from, count);
        target.position(target.position() + count);
        return count;
    }

    private void fill(long offset, ByteBuffer target) throws IOException {
        long position = offset;
        while (target.hasRemaining()) {
            int count = channel.read(target, position);
            if (count < 0) {
                throw new EOFException(name + " was cut short while it was read, at byte " + position);
            }
            position += count;
            bytesRead += count;
        }
    }

    @Override
    public long bytesRead() {
        return bytesRead;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
