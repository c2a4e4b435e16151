package dev.weighbridge.model.block;

import java.util.List;

/// Branches that read the same input and whose outputs are summed (GPT-J, Cohere, Falcon, hybrid heads).
///
/// @param name path segment, possibly empty
/// @param children the branches
public record Parallel(String name, List<Block> children) implements Block {
    /// Copies the list.
    public Parallel {
        children = List.copyOf(children);
    }

    /// Unnamed branches.
    public static Parallel of(Block... children) {
        return new Parallel("", List.of(children));
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }
}
