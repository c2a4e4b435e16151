package dev.weighbridge.model.block;

import dev.weighbridge.model.tensor.Shape;
import java.util.List;

/// A lookup table: one row an index.
///
/// @param name path segment
/// @param rows vocabulary size, positions or segments
/// @param width of a row
/// @param role [Role#EMBEDDING] or [Role#POSITION]
/// @param scale factor on the rows read (Gemma's √hidden); 1 for most
public record Embedding(String name, long rows, long width, Role role, double scale) implements Block {
    /// A table of tokens, segments or the like.
    public static Embedding of(String name, long rows, long width) {
        return new Embedding(name, rows, width, Role.EMBEDDING, 1);
    }

    /// A table of learned positions.
    public static Embedding positions(String name, long rows, long width) {
        return new Embedding(name, rows, width, Role.POSITION, 1);
    }

    /// The same with a factor on the rows read.
    public Embedding scaled(double factor) {
        return new Embedding(name, rows, width, role, factor);
    }

    @Override
    public List<Block> children() {
        return List.of();
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(new Parameter(".weight", Shape.of(rows, width), role));
    }
}
