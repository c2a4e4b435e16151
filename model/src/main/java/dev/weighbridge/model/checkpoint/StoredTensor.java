package dev.weighbridge.model.checkpoint;

import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.model.tensor.Shape;

/// One tensor as a file lists it.
///
/// @param name the name in the file
/// @param dataType how its elements are stored
/// @param shape dimensions, slowest first whatever the order in the file
/// @param file index into [Checkpoint#files()]
/// @param offset first byte, counted from the start of that file; two tensors of one range share their storage
/// @param bytes length of the stored data
public record StoredTensor(String name, DataType dataType, Shape shape, int file, long offset, long bytes) {}
