package dev.weighbridge.files.safetensors;

import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.checkpoint.StoredTensor;
import dev.weighbridge.model.config.Config;
import java.util.List;

/// Everything that stands before the weights of one safetensors file.
///
/// @param metadata the texts of `__metadata__`
/// @param tensors in the order of the header, [StoredTensor#file()] is 0
/// @param headerBytes length of the JSON, padding included
/// @param findings what is readable but not as the specification has it
public record SafetensorsHeader(Config metadata, List<StoredTensor> tensors, long headerBytes, List<Finding> findings) {
    /// Copies the lists.
    public SafetensorsHeader {
        tensors = List.copyOf(tensors);
        findings = List.copyOf(findings);
    }
}
