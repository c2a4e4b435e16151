package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.model.tensor.DataType;
import org.jspecify.annotations.Nullable;

/// A tensor of a compute graph: its type, shape and place, never its numbers.
///
/// Shapes and strides have four entries, the fastest dimension first, as ggml writes them. Strides are bytes.
final class Tensor {
    /// Who provides the memory.
    enum Storage {
        /// The compute buffer.
        COMPUTED,
        /// The compute buffer, before the graph runs.
        INPUT,
        /// The buffer of the weights.
        WEIGHT,
        /// The buffer of the cache or of the recurrent states.
        CACHE
    }

    /// Position among all tensors of its tape.
    final int index;

    final Operation operation;
    final DataType type;
    final long[] shape;
    final long[] strides;
    final Storage storage;
    /// For a weight or cache the device that holds it, or [dev.weighbridge.planner.memory.Portion#HOST].
    final int home;
    /// What this is a view of, views of views resolved.
    final @Nullable Tensor viewOf;
    /// Arguments in order; the one who divides the graph among devices puts copies in their place.
    final Tensor[] sources;
    /// Whether it is kept until the graph ends.
    boolean isOutput;
    /// Whether the graph holds it already.
    boolean isPlaced;
    /// What a weight takes as it is stored; 0 for what its type and shape tell.
    long storedBytes;
    /// Layer whose device must compute it; -1 where that is free.
    int pinnedLayer = -1;

    Tensor(
            int index,
            Operation operation,
            DataType type,
            long[] shape,
            long[] strides,
            Storage storage,
            int home,
            @Nullable Tensor viewOf,
            Tensor... sources) {
        this.index = index;
        this.operation = operation;
        this.type = type;
        this.shape = shape;
        this.strides = strides;
        this.storage = storage;
        this.home = home;
        this.viewOf = viewOf;
        this.sources = sources;
    }

    /// Size along a dimension.
    long size(int dimension) {
        return shape[dimension];
    }

    /// Distance between neighbours along a dimension.
    long stride(int dimension) {
        return strides[dimension];
    }

    long elements() {
        return shape[0] * shape[1] * shape[2] * shape[3];
    }

    /// Rows along the fastest dimension.
    long rows() {
        return shape[1] * shape[2] * shape[3];
    }

    /// From the first to the last byte.
    long bytes() {
        if (shape[0] == 0 || shape[1] == 0 || shape[2] == 0 || shape[3] == 0) {
            return 0;
        }
        long bytes;
        if (type.blockElements() == 1) {
            bytes = type.blockBytes() + (shape[0] - 1) * strides[0];
        } else {
            bytes = shape[0] / type.blockElements() * strides[0];
        }
        for (int i = 1; i < 4; i++) {
            bytes += (shape[i] - 1) * strides[i];
        }
        return bytes;
    }

    /// Whether neither this nor what it views is in the compute buffer.
    boolean isExternal() {
        Tensor root = viewOf == null ? this : viewOf;
        return root.storage == Storage.WEIGHT || root.storage == Storage.CACHE;
    }

    boolean isView() {
        return viewOf != null;
    }

    boolean isInput() {
        return storage == Storage.INPUT;
    }

    boolean isContiguous() {
        long next = type.blockBytes();
        if (shape[0] != type.blockElements() && strides[0] != next) {
            return false;
        }
        next = next * (shape[0] / type.blockElements());
        for (int i = 1; i < 4; i++) {
            if (shape[i] != 1) {
                if (strides[i] != next) {
                    return false;
                }
                next *= shape[i];
            }
        }
        return true;
    }

    /// Whether the numbers of both lie in the same order at the same distances.
    boolean hasLayoutOf(Tensor other) {
        if (type != other.type) {
            return false;
        }
        for (int i = 0; i < 4; i++) {
            if (shape[i] != other.shape[i] || strides[i] != other.strides[i]) {
                return false;
            }
        }
        return true;
    }
}
