package dev.weighbridge.files.local;

import dev.weighbridge.files.source.Repository;
import java.nio.file.Path;
import java.util.List;

/// A model on this machine.
///
/// @param origin whose store it is in
/// @param name as that program calls it
/// @param address what to give to [dev.weighbridge.files.hub.SourceResolver] to read it
/// @param path its folder or file; for Ollama its manifest
/// @param files the model's files, by path relative to the folder, sorted
public record FoundModel(
        ModelStore.Origin origin, String name, String address, Path path, List<Repository.Entry> files) {
    /// Copies the list.
    public FoundModel {
        files = List.copyOf(files);
    }

    /// Bytes of all its files.
    public long bytes() {
        return files.stream().mapToLong(Repository.Entry::bytes).reduce(0, Math::addExact);
    }
}
