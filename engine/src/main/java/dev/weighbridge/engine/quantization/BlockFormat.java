package dev.weighbridge.engine.quantization;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.tensor.DataType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Turns stored blocks into floats: the definition that every faster kernel is held against.
public interface BlockFormat {
    /// Two bytes, little end first, at any address.
    ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Four bytes, little end first, at any address.
    ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Decodes `count` elements, whole blocks, from byte `from` on into `target` from `offset` on.
    void decode(MemorySegment data, long from, float[] target, int offset, int count);

    /// The format of a type.
    ///
    /// @throws UnsupportedException if none is known
    static BlockFormat of(DataType type) {
        return switch (type) {
            case F32 -> PlainFormats::float32;
            case F16 -> PlainFormats::float16;
            case BF16 -> PlainFormats::bfloat16;
            case Q4_0 -> LegacyFormats::q4Zero;
            case Q4_1 -> LegacyFormats::q4One;
            case Q5_0 -> LegacyFormats::q5Zero;
            case Q5_1 -> LegacyFormats::q5One;
            case Q8_0 -> LegacyFormats::q8Zero;
            default -> throw new UnsupportedException("the engine does not read weights of type " + type);
        };
    }

    /// A half-precision number.
    static float half(MemorySegment data, long at) {
        return Float.float16ToFloat(data.get(SHORT, at));
    }
}
