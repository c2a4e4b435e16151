package dev.weighbridge.model.inventory;

import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.packing.LogicalTensor;

/// A tensor of the files with the place it has in the model.
///
/// @param tensor the tensor, unpacked where a quantiser packed it
/// @param place its place, from the blueprint or else read off its name
/// @param binding how the two relate
public record InventoryEntry(LogicalTensor tensor, PlacedParameter place, Binding binding) {
    /// How a stored tensor relates to the blueprint.
    public enum Binding {
        /// It is this parameter of the blueprint.
        BOUND,
        /// It is a second copy of a tied parameter.
        COPY,
        /// It is stored but not trained.
        BUFFER,
        /// The blueprint has no place for it.
        UNEXPECTED,
        /// There is no blueprint to hold it against.
        UNPLACED
    }

    /// Whether its elements count as parameters of the model.
    public boolean isCounted() {
        return binding == Binding.BOUND || binding == Binding.UNPLACED;
    }

    /// The same as a part of something larger, its name preceded by `prefix`.
    InventoryEntry under(String prefix) {
        return new InventoryEntry(
                new LogicalTensor(prefix + tensor.name(), tensor.shape(), tensor.storageType(), tensor.stored()),
                place.named(prefix + place.name()),
                binding);
    }
}
