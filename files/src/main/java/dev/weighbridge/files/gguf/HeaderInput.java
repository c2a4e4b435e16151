package dev.weighbridge.files.gguf;

import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.model.error.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Reads a header front to back through a window on the file.
///
/// Every accessor is told what it reads, so that a refusal can name it. Numbers are put together from single bytes:
/// that is as fast as a view once compiled, and several times faster in the first milliseconds of a process, when a
/// vocabulary of 150,000 strings is stepped over.
final class HeaderInput {
    /// Longer headers are refused: the largest published ones stay below 50 MB.
    static final long MAX_HEADER_BYTES = 1L << 30;

    private static final int FIRST_WINDOW = 1 << 16;
    private static final int LARGEST_WINDOW = 1 << 20;

    private final ByteSource source;
    private final long end;
    private boolean bigEndian;
    private byte[] window = new byte[0];
    private long windowStart;
    private int next;
    private int filled;

    HeaderInput(ByteSource source) {
        this.source = source;
        this.end = Math.min(source.size(), MAX_HEADER_BYTES);
    }

    void readBigEndian() {
        bigEndian = true;
    }

    boolean isBigEndian() {
        return bigEndian;
    }

    /// Bytes from the start of the file to the next one to be read.
    long position() {
        return windowStart + next;
    }

    /// Bytes that may still be read.
    long remaining() {
        return end - position();
    }

    int u8(String field) throws IOException {
        demand(1, field);
        return window[next++] & 0xff;
    }

    int u16(String field) throws IOException {
        demand(2, field);
        int first = window[next++] & 0xff;
        int second = window[next++] & 0xff;
        return bigEndian ? (first << 8) | second : (second << 8) | first;
    }

    int i32(String field) throws IOException {
        demand(4, field);
        int at = next;
        next += 4;
        int value = (window[at] & 0xff)
                | ((window[at + 1] & 0xff) << 8)
                | ((window[at + 2] & 0xff) << 16)
                | ((window[at + 3] & 0xff) << 24);
        return bigEndian ? Integer.reverseBytes(value) : value;
    }

    long u32(String field) throws IOException {
        return i32(field) & 0xffff_ffffL;
    }

    long i64(String field) throws IOException {
        demand(8, field);
        int at = next;
        next += 8;
        long low = ((window[at] & 0xff)
                        | ((window[at + 1] & 0xff) << 8)
                        | ((window[at + 2] & 0xff) << 16)
                        | ((window[at + 3] & 0xff) << 24))
                & 0xffff_ffffL;
        long high = ((window[at + 4] & 0xff)
                        | ((window[at + 5] & 0xff) << 8)
                        | ((window[at + 6] & 0xff) << 16)
                        | ((window[at + 7] & 0xff) << 24))
                & 0xffff_ffffL;
        long value = (high << 32) | low;
        return bigEndian ? Long.reverseBytes(value) : value;
    }

    /// A number of things that each take at least `leastBytes` of what is left of the file.
    long countOf(String things, int leastBytes, long limit) throws IOException {
        long count = i64(things);
        if (count < 0 || count > remaining() / leastBytes) {
            throw malformed("claims " + Long.toUnsignedString(count) + " " + things + ", but only " + remaining()
                    + " bytes are left for them");
        }
        if (count > limit) {
            throw malformed("claims " + count + " " + things + "; at most " + limit + " are accepted");
        }
        return count;
    }

    /// A length in bytes that must lie within the file.
    long length(String field) throws IOException {
        long length = i64(field);
        if (length < 0 || length > remaining()) {
            throw malformed("gives " + field + " a length of " + Long.toUnsignedString(length) + " bytes, but only "
                    + remaining() + " are left");
        }
        return length;
    }

    /// A text of at most `limit` bytes that must be UTF-8.
    String name(String field, int limit) throws IOException {
        long length = length(field);
        if (length > limit) {
            throw malformed("gives " + field + " a length of " + length + " bytes; at most " + limit + " are accepted");
        }
        int bytes = (int) length;
        long at = position();
        demand(bytes, field);
        int start = next;
        next += bytes;
        for (int i = start; i < next; i++) {
            if (window[i] < 0) {
                try {
                    return StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(window, start, bytes))
                            .toString();
                } catch (CharacterCodingException e) {
                    throw malformed("holds " + field + " at byte " + at + " that is not UTF-8", e);
                }
            }
        }
        return new String(window, start, bytes, StandardCharsets.ISO_8859_1);
    }

    /// The next `bytes` bytes as UTF-8, with U+FFFD for what is not.
    String text(int bytes, String field) throws IOException {
        demand(bytes, field);
        String text = new String(window, next, bytes, StandardCharsets.UTF_8);
        next += bytes;
        return text;
    }

    void skip(long bytes, String field) {
        if (bytes > remaining()) {
            throw truncated(bytes, field);
        }
        if (bytes <= filled - next) {
            next += (int) bytes;
        } else {
            windowStart = position() + bytes;
            next = 0;
            filled = 0;
        }
    }

    /// Steps over `count` strings without looking at them.
    void skipStrings(long count, String field) throws IOException {
        for (long i = 0; i < count; i++) {
            skip(length(field), field);
        }
    }

    MalformedException malformed(String what) {
        return new MalformedException(source.name() + " " + what);
    }

    private MalformedException malformed(String what, Throwable cause) {
        MalformedException refusal = malformed(what);
        refusal.initCause(cause);
        return refusal;
    }

    private MalformedException truncated(long bytes, String field) {
        if (end < source.size()) {
            return malformed("has a header of more than " + MAX_HEADER_BYTES + " bytes");
        }
        return malformed("ends inside " + field + ": " + bytes + " bytes are needed at byte " + position() + ", "
                + remaining() + " are left");
    }

    private void demand(int bytes, String field) throws IOException {
        if (filled - next < bytes) {
            fill(bytes, field);
        }
    }

    private void fill(int bytes, String field) throws IOException {
        if (bytes > remaining()) {
            throw truncated(bytes, field);
        }
        int kept = filled - next;
        int wanted = window.length == 0 ? FIRST_WINDOW : Math.min(window.length * 2, LARGEST_WINDOW);
        int size = (int) Math.min(Math.max(wanted, bytes), remaining());
        byte[] refilled = size <= window.length ? window : new byte[size];
        System.arraycopy(window, next, refilled, 0, kept);
        long from = position();
        source.readFully(from + kept, ByteBuffer.wrap(refilled, kept, size - kept));
        window = refilled;
        windowStart = from;
        next = 0;
        filled = size;
    }
}
