package dev.weighbridge.files.http;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/// Where a file is, and what is known of it before the first request.
///
/// @param name the name shown in messages
/// @param uri its address
/// @param token for its server; null for none
/// @param bytes its length; -1 where that is not known
/// @param entityTag of its current version; null where that is not known
public record RemoteFile(
        String name,
        URI uri,
        @Nullable String token,
        long bytes,
        @Nullable String entityTag) {
    /// A file of which nothing is known.
    public static RemoteFile of(String name, URI uri, @Nullable String token) {
        return new RemoteFile(name, uri, token, -1, null);
    }
}
