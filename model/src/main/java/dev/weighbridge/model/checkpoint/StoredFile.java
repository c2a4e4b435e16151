package dev.weighbridge.model.checkpoint;

/// One file that a checkpoint was read from.
///
/// @param path as the source names it, relative to a folder or repository where there is one
/// @param bytes its length
public record StoredFile(String path, long bytes) {}
