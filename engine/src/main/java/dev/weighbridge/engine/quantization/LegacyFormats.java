package dev.weighbridge.engine.quantization;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Blocks of 32 with one scale: Q4_0, Q4_1, Q5_0, Q5_1, Q8_0.
final class LegacyFormats {
    private static final int BLOCK = 32;

    private LegacyFormats() {}

    private static int unsigned(MemorySegment data, long at) {
        return data.get(ValueLayout.JAVA_BYTE, at) & 0xff;
    }

    static void q4Zero(MemorySegment data, long from, float[] target, int offset, int count) {
        long at = from;
        for (int block = offset; block < offset + count; block += BLOCK) {
            float d = BlockFormat.half(data, at);
            for (int i = 0; i < BLOCK / 2; i++) {
                int both = unsigned(data, at + 2 + i);
                target[block + i] = ((both & 15) - 8) * d;
                target[block + BLOCK / 2 + i] = ((both >>> 4) - 8) * d;
            }
            at += 18;
        }
    }

    static void q4One(MemorySegment data, long from, float[] target, int offset, int count) {
        long at = from;
        for (int block = offset; block < offset + count; block += BLOCK) {
            float d = BlockFormat.half(data, at);
            float m = BlockFormat.half(data, at + 2);
            for (int i = 0; i < BLOCK / 2; i++) {
                int both = unsigned(data, at + 4 + i);
                target[block + i] = (both & 15) * d + m;
                target[block + BLOCK / 2 + i] = (both >>> 4) * d + m;
            }
            at += 20;
        }
    }

    static void q5Zero(MemorySegment data, long from, float[] target, int offset, int count) {
        long at = from;
        for (int block = offset; block < offset + count; block += BLOCK) {
            float d = BlockFormat.half(data, at);
            int fifths = data.get(BlockFormat.INT, at + 2);
            for (int i = 0; i < BLOCK / 2; i++) {
                int both = unsigned(data, at + 6 + i);
                target[block + i] = (((both & 15) | (((fifths >>> i) & 1) << 4)) - 16) * d;
                target[block + BLOCK / 2 + i] = (((both >>> 4) | (((fifths >>> (i + 16)) & 1) << 4)) - 16) * d;
            }
            at += 22;
        }
    }

    static void q5One(MemorySegment data, long from, float[] target, int offset, int count) {
        long at = from;
        for (int block = offset; block < offset + count; block += BLOCK) {
            float d = BlockFormat.half(data, at);
            float m = BlockFormat.half(data, at + 2);
            int fifths = data.get(BlockFormat.INT, at + 4);
            for (int i = 0; i < BLOCK / 2; i++) {
                int both = unsigned(data, at + 8 + i);
                target[block + i] = ((both & 15) | (((fifths >>> i) & 1) << 4)) * d + m;
                target[block + BLOCK / 2 + i] = ((both >>> 4) | (((fifths >>> (i + 16)) & 1) << 4)) * d + m;
            }
            at += 24;
        }
    }

    static void q8Zero(MemorySegment data, long from, float[] target, int offset, int count) {
        long at = from;
        for (int block = offset; block < offset + count; block += BLOCK) {
            float d = BlockFormat.half(data, at);
            for (int i = 0; i < BLOCK; i++) {
                target[block + i] = data.get(ValueLayout.JAVA_BYTE, at + 2 + i) * d;
            }
            at += 34;
        }
    }
}
