package dev.weighbridge.planner.memory.serving;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.tensor.DataType;

/// The types that a serving engine keeps its cache in: that of activations, or FP8.
final class CacheTypes {
    private CacheTypes() {}

    /// Bytes of a cached number. A 16-bit type means that of activations, the engines' `auto`.
    ///
    /// @throws UnsupportedException for a type of blocks
    static double bytes(DataType asked, long activationBytes, String engine) {
        return switch (asked) {
            case F16, BF16 -> activationBytes;
            case F32 -> Float.BYTES;
            case F8_E4M3, F8_E5M2, F8_E4M3FNUZ, F8_E5M2FNUZ, I8 -> 1;
            default ->
                throw new UnsupportedException(
                        engine + " keeps no cache of " + asked.name(), "ask for F16, BF16 or F8_E4M3");
        };
    }
}
