package dev.weighbridge.files.gguf;

import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.checkpoint.StoredTensor;
import dev.weighbridge.model.config.Config;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/// Everything that stands before the weights of one GGUF file.
///
/// A long array of the metadata (over 4,096 numbers or flags, over 64 texts or arrays) is not held: in its place stands
/// an object of its length and item type, `{"elided": 151936, "type": "string"}`. [GgufReader#readHeaderInFull] holds
/// all.
///
/// @param version 2 or 3
/// @param byteOrder of every number in the file, weights included
/// @param alignment of the data and of each tensor in it, bytes
/// @param metadata by key, in file order
/// @param tensors in file order, [StoredTensor#file()] is 0
/// @param dataOffset where the data begins, bytes from the start of the file
/// @param findings what is readable but not as the specification has it
public record GgufHeader(
        int version,
        ByteOrder byteOrder,
        int alignment,
        Config metadata,
        List<StoredTensor> tensors,
        long dataOffset,
        List<Finding> findings) {
    /// Copies the lists.
    public GgufHeader {
        tensors = List.copyOf(tensors);
        findings = List.copyOf(findings);
    }

    /// How many items an array of the metadata has, held or elided; 0 where the key is absent or no array.
    public long arrayLength(String key) {
        return switch (metadata.values().get(key)) {
            case List<?> items -> items.size();
            case Map<?, ?> elided when elided.get("elided") instanceof Long length -> length;
            case null, default -> 0;
        };
    }
}
