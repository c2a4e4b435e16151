package dev.weighbridge.model.block;

import java.util.List;
import java.util.Optional;

/// A block in its place.
///
/// @param slot the place
/// @param block what stands there
public record Part(Slot slot, Block block) {
    /// The first block in `slot`, where there is one.
    public static Optional<Block> find(List<Part> parts, Slot slot) {
        return parts.stream()
                .filter(part -> part.slot() == slot)
                .map(Part::block)
                .findFirst();
    }

    static List<Block> blocks(List<Part> parts) {
        return parts.stream().map(Part::block).toList();
    }
}
