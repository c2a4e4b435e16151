package dev.weighbridge.model.block;

import dev.weighbridge.model.tensor.Shape;
import java.util.List;

/// One trained tensor that is no matrix of a layer: a class token, a scale, learned queries, a decay; or one buffer.
///
/// @param name the tensor's own name, with nothing added
/// @param shape dimensions, slowest first
/// @param role what it is for; [Role#OTHER] takes that of its surroundings, [Role#BUFFER] is never counted
public record Table(String name, Shape shape, Role role) implements Block {
    /// A trained tensor whose role is that of its surroundings.
    public static Table of(String name, long... shape) {
        return new Table(name, Shape.of(shape), Role.OTHER);
    }

    /// Learned positions.
    public static Table positions(String name, long... shape) {
        return new Table(name, Shape.of(shape), Role.POSITION);
    }

    /// A tensor that is stored with the model but not trained.
    public static Table buffer(String name, long... shape) {
        return new Table(name, Shape.of(shape), Role.BUFFER);
    }

    @Override
    public List<Block> children() {
        return List.of();
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(new Parameter("", shape, role));
    }
}
