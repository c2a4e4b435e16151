package dev.weighbridge.model.packing;

import dev.weighbridge.model.checkpoint.StoredTensor;
import dev.weighbridge.model.tensor.Shape;
import java.util.List;

/// A tensor as the unquantised model has it, with the stored tensors that hold it.
///
/// @param name as the unquantised model names it (`….q_proj.weight`)
/// @param shape logical dimensions, slowest first
/// @param storageType how it is stored, for show: a data type (`BF16`, `Q4_K`) or a scheme with its bits (`GPTQ-4`)
/// @param stored everything that belongs to it: packed values, scales, zero points; one tensor where nothing is packed
public record LogicalTensor(String name, Shape shape, String storageType, List<StoredTensor> stored) {
    /// Copies the list.
    public LogicalTensor {
        stored = List.copyOf(stored);
    }

    /// A tensor stored as it is.
    public static LogicalTensor of(StoredTensor tensor) {
        return new LogicalTensor(
                tensor.name(), tensor.shape(), tensor.dataType().name(), List.of(tensor));
    }

    /// Number of logical elements.
    public long elements() {
        return shape.elements();
    }

    /// Bytes of all that is stored for it.
    public long bytes() {
        return stored.stream().mapToLong(StoredTensor::bytes).reduce(0, Math::addExact);
    }
}
