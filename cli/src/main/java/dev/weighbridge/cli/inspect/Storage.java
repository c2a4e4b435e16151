package dev.weighbridge.cli.inspect;

import dev.weighbridge.model.inventory.InventoryEntry;
import dev.weighbridge.model.inventory.WeighedModel;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/// How the files of a model store its parameters.
///
/// @param bytes of all stored tensors
/// @param byType tensors, parameters and bytes by storage type, the largest first
record Storage(long bytes, Map<String, Share> byType) {
    /// The part that one storage type has.
    ///
    /// @param tensors how many
    /// @param parameters logical elements in them
    /// @param bytes they take, scales and the like included
    record Share(long tensors, long parameters, long bytes) {
        Share plus(Share other) {
            return new Share(tensors + other.tensors, parameters + other.parameters, bytes + other.bytes);
        }
    }

    static Storage of(WeighedModel model) {
        Map<String, Share> shares = new LinkedHashMap<>();
        for (InventoryEntry entry : model.inventory().entries()) {
            var tensor = entry.tensor();
            shares.merge(tensor.storageType(), new Share(1, tensor.elements(), tensor.bytes()), Share::plus);
        }
        Map<String, Share> sorted = new LinkedHashMap<>();
        shares.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(
                        Comparator.comparingLong(Share::bytes).reversed()))
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return new Storage(model.checkpoint().tensorBytes(), sorted);
    }

    /// Bits of storage for each of `parameters`; 0 where there are none.
    double bitsPer(long parameters) {
        return parameters == 0 ? 0 : bytes * 8.0 / parameters;
    }
}
