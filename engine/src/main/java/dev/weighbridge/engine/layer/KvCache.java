package dev.weighbridge.engine.layer;

import java.util.Arrays;

/// Keys and values of the positions that a sequence has seen, one attention layer's.
final class KvCache {
    private final int keyWidth;
    private final int valueWidth;
    private float[] keys = {};
    private float[] values = {};
    private int length;

    KvCache(int keyWidth, int valueWidth) {
        this.keyWidth = keyWidth;
        this.valueWidth = valueWidth;
    }

    /// Appends `count` positions, `[count, keyWidth]` and `[count, valueWidth]`.
    void append(float[] newKeys, float[] newValues, int count) {
        int needed = length + count;
        if (needed * keyWidth > keys.length) {
            int capacity = Math.max(needed, 2 * length);
            keys = Arrays.copyOf(keys, capacity * keyWidth);
            values = Arrays.copyOf(values, capacity * valueWidth);
        }
        System.arraycopy(newKeys, 0, keys, length * keyWidth, count * keyWidth);
        System.arraycopy(newValues, 0, values, length * valueWidth, count * valueWidth);
        length = needed;
    }

    /// Positions held.
    int length() {
        return length;
    }

    /// Keys, `[length, keyWidth]`; the array may be longer.
    float[] keys() {
        return keys;
    }

    /// Values, `[length, valueWidth]`; the array may be longer.
    float[] values() {
        return values;
    }
}
