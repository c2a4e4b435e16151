package dev.weighbridge.files.hub;

import dev.weighbridge.files.source.Repository;
import org.jspecify.annotations.Nullable;

/// One file as a hub lists it.
///
/// @param path in the repository
/// @param bytes its length
/// @param entityTag what tells this version from others; null where the hub does not say
record HubFile(String path, long bytes, @Nullable String entityTag) {
    Repository.Entry entry() {
        return new Repository.Entry(path, bytes);
    }
}
