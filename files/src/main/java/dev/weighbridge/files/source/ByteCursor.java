package dev.weighbridge.files.source;

import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.UnsupportedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Reads a range of a [ByteSource] from front to back, little-endian; what is skipped is never fetched.
///
/// Nothing is allocated for a length that the range does not have. Reading past the range's end is refused with the
/// position. Owned by one thread.
public final class ByteCursor {
    private static final int CHUNK_BYTES = 16 * 1024;

    private final ByteSource source;
    private final long end;
    private final ByteBuffer chunk;
    private long chunkOffset;

    /// A cursor over the bytes from `start` up to `end`, the first byte after the range.
    ///
    /// @throws IllegalArgumentException if the source has no such range
    public ByteCursor(ByteSource source, long start, long end) {
        if (start < 0 || end < start || end > source.size()) {
            throw new IllegalArgumentException(
                    "range " + start + " to " + end + " of " + source.name() + " with " + source.size() + " bytes");
        }
        this.source = source;
        this.end = end;
        this.chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, end - start))
                .order(ByteOrder.LITTLE_ENDIAN)
                .limit(0);
        this.chunkOffset = start;
    }

    /// The next byte's place in the source.
    public long position() {
        return chunkOffset + chunk.position();
    }

    /// The first byte after the range.
    public long end() {
        return end;
    }

    /// Bytes left in the range.
    public long remaining() {
        return end - position();
    }

    /// The next byte, 0 to 255.
    public int u8() throws IOException {
        return need(1).get() & 0xFF;
    }

    /// The next two bytes, unsigned.
    public int u16() throws IOException {
        return need(2).getShort() & 0xFFFF;
    }

    /// The next four bytes, signed.
    public int i32() throws IOException {
        return need(4).getInt();
    }

    /// The next four bytes, unsigned.
    public long u32() throws IOException {
        return need(4).getInt() & 0xFFFFFFFFL;
    }

    /// The next eight bytes, signed.
    public long i64() throws IOException {
        return need(8).getLong();
    }

    /// The next `count` bytes.
    public byte[] bytes(long count) throws IOException {
        check(count);
        byte[] bytes = new byte[Math.toIntExact(count)];
        int held = Math.min(bytes.length, chunk.remaining());
        chunk.get(bytes, 0, held);
        if (held < bytes.length) {
            source.readFully(position(), ByteBuffer.wrap(bytes, held, bytes.length - held));
            skip(bytes.length - (long) held);
        }
        return bytes;
    }

    /// Moves on without reading.
    public void skip(long count) {
        check(count);
        if (count <= chunk.remaining()) {
            chunk.position(chunk.position() + (int) count);
        } else {
            chunkOffset = position() + count;
            chunk.limit(0);
        }
    }

    /// A refusal that names the source and the byte.
    public MalformedException malformed(String what) {
        return malformed(position(), what);
    }

    /// A refusal that names the source and the byte.
    public MalformedException malformed(long position, String what) {
        return new MalformedException(source.name() + ", byte " + position + ": " + what);
    }

    /// A refusal of something valid but unknown, which names the source and the byte.
    public UnsupportedException unsupported(String what) {
        return new UnsupportedException(source.name() + ", byte " + position() + ": " + what);
    }

    private void check(long count) {
        if (count < 0 || count > remaining()) {
            throw malformed(
                    "a length of " + Long.toUnsignedString(count) + " where " + remaining() + " bytes are left");
        }
    }

    private ByteBuffer need(int count) throws IOException {
        if (chunk.remaining() < count) {
            refill(count);
        }
        return chunk;
    }

    private void refill(int count) throws IOException {
        if (remaining() < count) {
            throw malformed("the data ends early");
        }
        chunkOffset = position();
        chunk.compact();
        int held = chunk.position();
        chunk.limit((int) Math.min(chunk.capacity(), end - chunkOffset));
        source.readFully(chunkOffset + held, chunk);
        chunk.flip();
    }
}
