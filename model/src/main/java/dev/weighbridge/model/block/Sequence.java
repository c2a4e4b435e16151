package dev.weighbridge.model.block;

import java.util.List;

/// Blocks one after the other.
///
/// @param name path segment, possibly empty
/// @param tower the part of the model that everything inside belongs to; [Tower#SAME] for that of the surroundings
/// @param children in the order of computation
public record Sequence(String name, Tower tower, List<Block> children) implements Block {
    /// Copies the list.
    public Sequence {
        children = List.copyOf(children);
    }

    /// A named group within the surrounding tower.
    public static Sequence of(String name, Block... children) {
        return new Sequence(name, Tower.SAME, List.of(children));
    }

    /// A named group within the surrounding tower.
    public static Sequence of(String name, List<? extends Block> children) {
        return new Sequence(name, Tower.SAME, List.copyOf(children));
    }

    /// A named group that is a tower of its own.
    public static Sequence tower(Tower tower, String name, Block... children) {
        return new Sequence(name, tower, List.of(children));
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }
}
