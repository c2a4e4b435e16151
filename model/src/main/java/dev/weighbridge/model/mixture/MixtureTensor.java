package dev.weighbridge.model.mixture;

import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.model.tensor.Shape;

/// A tensor before it is quantised.
///
/// @param name in the GGUF file
/// @param shape dimensions, slowest first
/// @param type that it has in the unquantised file, and keeps where it is not quantised
public record MixtureTensor(String name, Shape shape, DataType type) {
    /// Length of a row, along which blocks are formed.
    public long rowElements() {
        return shape.rank() == 0 ? 1 : shape.dimension(shape.rank() - 1);
    }

    /// Dimensions as ggml counts them: slowest ones of length 1 do not count.
    int effectiveRank() {
        int rank = shape.rank();
        int ones = 0;
        while (ones < rank - 1 && shape.dimension(ones) == 1) {
            ones++;
        }
        return Math.max(1, rank - ones);
    }

    /// Number of the layer in its name; -1 outside the layers, and for the layers of an encoder, which are named
    /// otherwise.
    int layer() {
        if (!name.startsWith("blk.")) {
            return -1;
        }
        int end = name.indexOf('.', 4);
        int number = 0;
        for (int i = 4; i < end; i++) {
            char digit = name.charAt(i);
            if (digit < '0' || digit > '9' || number > 1_000_000) {
                return -1;
            }
            number = number * 10 + (digit - '0');
        }
        return end > 4 ? number : -1;
    }
}
