package dev.weighbridge.model.packing;

import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.checkpoint.StoredTensor;
import java.util.List;

/// The logical tensors of a checkpoint.
///
/// @param tensors every tensor the unquantised model would have, packed ones restored to their logical shape
/// @param storageOnly stored tensors that belong to no single logical tensor and are no parameters (scales of the cache
/// …)
/// @param findings what was packed, and what had to be assumed
public record Unpacking(List<LogicalTensor> tensors, List<StoredTensor> storageOnly, List<Finding> findings) {
    /// Copies the lists.
    public Unpacking {
        tensors = List.copyOf(tensors);
        storageOnly = List.copyOf(storageOnly);
        findings = List.copyOf(findings);
    }

    /// Restores the logical tensors from names, data types, shapes and the configuration's `quantization_config`.
    public static Unpacking of(Checkpoint checkpoint) {
        return new Unpacker(checkpoint).unpack();
    }
}
