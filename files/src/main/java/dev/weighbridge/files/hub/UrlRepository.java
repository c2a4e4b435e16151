package dev.weighbridge.files.hub;

import dev.weighbridge.files.http.HeaderCache;
import dev.weighbridge.files.http.HttpByteSource;
import dev.weighbridge.files.http.HttpFetcher;
import dev.weighbridge.files.http.RemoteFile;
import dev.weighbridge.files.http.StatusErrors;
import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.files.source.Repository;
import dev.weighbridge.model.error.NotFoundException;
import dev.weighbridge.model.error.RefusedException;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One file at an address, with the files beside it: no server lists them, so each is asked for by name.
public final class UrlRepository implements Repository {
    private final URI uri;
    private final String file;
    private final HttpFetcher fetcher;
    private final @Nullable HeaderCache cache;

    /// @param uri of the file
    /// @param fetcher which sends the requests
    /// @param cache where headers are kept; null for nowhere
    public UrlRepository(URI uri, HttpFetcher fetcher, @Nullable HeaderCache cache) {
        this.uri = uri;
        this.fetcher = fetcher;
        this.cache = cache;
        String path = uri.getPath();
        this.file = path.substring(path.lastIndexOf('/') + 1);
    }

    /// The name of the file itself.
    public String file() {
        return file;
    }

    @Override
    public String name() {
        return HttpFetcher.shown(uri);
    }

    @Override
    public List<Entry> entries() throws IOException {
        return find(file).map(List::of).orElse(List.of());
    }

    @Override
    public Optional<Entry> find(String path) throws IOException {
        try (ByteSource source = open(path)) {
            return Optional.of(new Entry(path, source.size()));
        } catch (NotFoundException | RefusedException e) {
            // Object stores answer 403 for what they do not have; the file itself must be there.
            if (path.equals(file)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    @Override
    public ByteSource open(String path) throws IOException {
        return HttpByteSource.open(fetcher, RemoteFile.of(path, address(path), null), StatusErrors.PLAIN, cache);
    }

    private URI address(String path) {
        if (path.equals(file)) {
            return uri;
        }
        if (!HubRepository.isInside(path) || uri.getRawQuery() != null) {
            throw new NotFoundException("there is no file " + path + " beside " + name());
        }
        return uri.resolve("./" + HubRepository.encodedPath(path));
    }

    @Override
    public void close() {}
}
