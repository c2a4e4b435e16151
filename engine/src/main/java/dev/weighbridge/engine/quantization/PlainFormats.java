package dev.weighbridge.engine.quantization;

import java.lang.foreign.MemorySegment;

/// Numbers stored one by one.
final class PlainFormats {
    private PlainFormats() {}

    static void float32(MemorySegment data, long from, float[] target, int offset, int count) {
        for (int i = 0; i < count; i++) {
            target[offset + i] = Float.intBitsToFloat(data.get(BlockFormat.INT, from + 4L * i));
        }
    }

    static void float16(MemorySegment data, long from, float[] target, int offset, int count) {
        for (int i = 0; i < count; i++) {
            target[offset + i] = BlockFormat.half(data, from + 2L * i);
        }
    }

    static void bfloat16(MemorySegment data, long from, float[] target, int offset, int count) {
        for (int i = 0; i < count; i++) {
            target[offset + i] = Float.intBitsToFloat(data.get(BlockFormat.SHORT, from + 2L * i) << 16);
        }
    }
}
