package dev.weighbridge.files.onnx;

import dev.weighbridge.files.source.ByteCursor;
import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.model.error.MalformedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/// Walks a protobuf message field by field; what nobody asks for is skipped by its length and never fetched.
///
/// Call [#next()] until it says no more; after each, take the value, [#enter()] a message, or do nothing to skip
/// it.
///
/// @see <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers, encoding</a>
final class WireReader {
    /// Deeper than control flow is ever nested; protobuf's own readers stop at 100 messages.
    private static final int MAX_DEPTH = 100;

    private static final int MAX_TEXT_BYTES = 64 * 1024;
    private static final long MAX_KEPT_BYTES = 512L << 20;

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;

    private final ByteCursor in;
    private final Deque<Long> ends = new ArrayDeque<>();
    private long end;
    private int field;
    private int wireType;
    private long valueStart;
    private long valueEnd;
    private long varint;
    private long keptBytes;

    WireReader(ByteSource source) {
        this.in = new ByteCursor(source, 0, source.size());
        this.end = source.size();
    }

    /// Moves to the next field of the message; false at its end, where the message is left.
    boolean next() throws IOException {
        in.skip(valueEnd - in.position());
        if (in.position() == end) {
            if (!ends.isEmpty()) {
                valueEnd = end;
                end = ends.pop();
            }
            return false;
        }
        long tag = rawVarint();
        field = (int) (tag >>> 3);
        wireType = (int) tag & 7;
        if (tag >>> 32 != 0 || field == 0) {
            throw in.malformed("a field number that protobuf does not allow");
        }
        long length = switch (wireType) {
            case VARINT -> 0;
            case FIXED64 -> 8;
            case FIXED32 -> 4;
            case LENGTH -> rawVarint();
            default -> throw in.malformed("field " + field + " has the unknown wire type " + wireType);
        };
        if (length < 0 || length > end - in.position()) {
            throw in.malformed("field " + field + " of " + Long.toUnsignedString(length) + " bytes where "
                    + (end - in.position()) + " are left");
        }
        valueStart = in.position();
        valueEnd = valueStart + length;
        if (wireType == VARINT) {
            // A varint's length is known only by reading it, so its value is kept for whoever asks.
            varint = rawVarint();
            valueEnd = in.position();
        }
        return true;
    }

    /// Number of the current field.
    int field() {
        return field;
    }

    /// The current field's integer.
    long integer() {
        expect(VARINT);
        return varint;
    }

    /// Whether the current field is a run of bytes, be it a text, a message or packed numbers.
    boolean hasLength() {
        return wireType == LENGTH;
    }

    /// First byte of the current field's value.
    long position() {
        return valueStart;
    }

    /// Length in bytes of the current field's value.
    long length() {
        return valueEnd - valueStart;
    }

    /// The current field's text.
    String text() throws IOException {
        expect(LENGTH);
        if (length() > MAX_TEXT_BYTES) {
            throw in.malformed("a text of " + length() + " bytes; at most " + MAX_TEXT_BYTES + " are accepted");
        }
        keep(length());
        return new String(in.bytes(length()), StandardCharsets.UTF_8);
    }

    /// The next of the packed integers that the current field holds, while [#hasPacked()].
    long packed() throws IOException {
        return rawVarint(valueEnd);
    }

    /// Whether the current field holds a further packed integer.
    boolean hasPacked() {
        return in.position() < valueEnd;
    }

    /// Goes into the message that the current field is; its fields follow from [#next()].
    void enter() {
        expect(LENGTH);
        if (ends.size() >= MAX_DEPTH) {
            throw in.malformed("messages are nested more than " + MAX_DEPTH + " deep");
        }
        ends.push(end);
        end = valueEnd;
        valueEnd = in.position();
    }

    /// Notes that `bytes` bytes of what was read stay in memory.
    void keep(long bytes) {
        keptBytes += bytes;
        if (keptBytes > MAX_KEPT_BYTES) {
            throw in.malformed("names and shapes take more than " + MAX_KEPT_BYTES + " bytes");
        }
    }

    /// A refusal that names the file and the byte.
    MalformedException malformed(String what) {
        return in.malformed(what);
    }

    private void expect(int expected) {
        if (wireType != expected) {
            throw in.malformed("field " + field + " has wire type " + wireType + " where " + expected + " is due");
        }
    }

    private long rawVarint() throws IOException {
        return rawVarint(end);
    }

    private long rawVarint(long limit) throws IOException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (in.position() >= limit) {
                throw in.malformed("the message ends early");
            }
            int b = in.u8();
            value |= (long) (b & 0x7F) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw in.malformed("an integer of more than ten bytes");
    }
}
