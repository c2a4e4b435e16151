package dev.weighbridge.planner.precision;

import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.model.tensor.Shape;

/// A tensor of a file as a converter would write it.
///
/// @param name in the file
/// @param shape dimensions, slowest first
/// @param type of its elements
public record FileTensor(String name, Shape shape, DataType type) {
    /// What it takes, without padding.
    public long bytes() {
        return type.bytes(shape.elements());
    }
}
