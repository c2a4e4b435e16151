package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.model.tensor.DataType;
import org.jspecify.annotations.Nullable;

/// The Hadamard rotation that llama.cpp applies to keys and values before they are quantised into the cache.
///
/// Matrices exist for a quantised cache of heads whose width is a multiple of 64: of the largest power of two
/// times 64 that divides it for keys, of 64 for values.
///
/// @param keyMatrix for queries and keys; null for none
/// @param valueMatrix for values, and for the mixture of them; null for none
record Rotation(
        Tape tape, @Nullable Tensor keyMatrix, @Nullable Tensor valueMatrix) {
    private static final long SMALLEST = 64;

    /// Queries or keys rotated.
    Tensor keys(Tensor heads) {
        return keyMatrix == null ? heads : rotated(heads, keyMatrix);
    }

    /// Values rotated.
    Tensor values(Tensor heads) {
        return valueMatrix == null ? heads : rotated(heads, valueMatrix);
    }

    static long keySize(long headDim) {
        long size = SMALLEST;
        while (headDim % (2 * size) == 0) {
            size *= 2;
        }
        return size;
    }

    static boolean applies(DataType type, long headDim) {
        return type.kind() == DataType.Kind.QUANTIZED && headDim % SMALLEST == 0;
    }

    private Tensor rotated(Tensor x, Tensor matrix) {
        long size = matrix.size(0);
        Tensor flat =
                x.isContiguous() ? tape.reshape(x, size, x.elements() / size) : tape.cont(x, size, x.elements() / size);
        return tape.reshape(tape.mulMat(matrix, flat), x.size(0), x.size(1), x.size(2), x.size(3));
    }
}
