package dev.weighbridge.model.block;

import java.util.List;

/// A block whose parameters are those of another block, stored and counted there.
///
/// @param block what stands here; its parameters are named but not counted
/// @param target path of the block that owns them, read from here outwards: the innermost enclosing group in which it
///     leads to a parameter gives its meaning, so that a model nested in another keeps its ties
public record Tied(Block block, String target) implements Block {
    @Override
    public String name() {
        return block.name();
    }

    @Override
    public List<Block> children() {
        return List.of(block);
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }
}
