package dev.weighbridge.files.source;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// A set of named files that make up a model: a folder, a hub repository, an Ollama manifest, a single file.
public interface Repository extends Closeable {
    /// What the user calls it.
    String name();

    /// Every file, by path relative to the repository with `/` between segments, sorted.
    List<Entry> entries() throws IOException;

    /// Opens one file.
    ///
    /// @throws dev.weighbridge.model.error.NotFoundException if there is none of that path
    ByteSource open(String path) throws IOException;

    /// The entry of that path, where there is one.
    default Optional<Entry> find(String path) throws IOException {
        return entries().stream().filter(entry -> entry.path().equals(path)).findFirst();
    }

    /// One file.
    ///
    /// @param path relative to the repository
    /// @param bytes its length
    record Entry(String path, long bytes) {}
}
