package dev.weighbridge.model.block;

import dev.weighbridge.model.tensor.Shape;

/// One trained tensor of a block, or one buffer.
///
/// @param name the last segments of its name in the checkpoint, with the separator that joins it to its block
///     (".weight", "_bias", or empty when the block's own name is the tensor's)
/// @param shape dimensions, slowest first
/// @param role what it is for; [Role#BUFFER] is never counted
public record Parameter(String name, Shape shape, Role role) {}
