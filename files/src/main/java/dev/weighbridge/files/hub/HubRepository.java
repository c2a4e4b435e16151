package dev.weighbridge.files.hub;

import dev.weighbridge.files.http.HeaderCache;
import dev.weighbridge.files.http.HttpByteSource;
import dev.weighbridge.files.http.HttpFetcher;
import dev.weighbridge.files.http.RemoteFile;
import dev.weighbridge.files.http.Reply;
import dev.weighbridge.files.http.StatusErrors;
import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.files.source.Repository;
import dev.weighbridge.model.error.NotFoundException;
import dev.weighbridge.model.error.UnsupportedException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A repository on a hub: its files are listed once, when first asked for, and opened by address.
///
/// A file can be opened without the listing, so that one file costs one request. Not safe for several threads.
abstract sealed class HubRepository implements Repository
        permits HuggingFaceRepository, ModelScopeRepository, OllamaRepository {
    /// Larger answers are no listing of a model.
    static final int MAX_LISTING_BYTES = 32 * 1024 * 1024;

    /// More files than any model has.
    static final int MAX_FILES = 100_000;

    private final String name;
    private final HttpFetcher fetcher;
    private final @Nullable HeaderCache cache;
    private @Nullable List<HubFile> files;

    HubRepository(String name, HttpFetcher fetcher, @Nullable HeaderCache cache) {
        this.name = name;
        this.fetcher = fetcher;
        this.cache = cache;
    }

    /// Asks the hub for the files.
    abstract List<HubFile> list() throws IOException;

    /// The address of a file.
    abstract URI address(HubFile file);

    /// What goes to the hub's own server; null for nothing.
    abstract @Nullable String token();

    /// What the hub's refusals mean.
    abstract StatusErrors errors();

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final List<Entry> entries() throws IOException {
        return files().stream()
                .map(HubFile::entry)
                .sorted(Comparator.comparing(Entry::path))
                .toList();
    }

    final List<HubFile> files() throws IOException {
        List<HubFile> known = files;
        if (known == null) {
            known = List.copyOf(list());
            files = known;
        }
        return known;
    }

    @Override
    public ByteSource open(String path) throws IOException {
        if (!isInside(path)) {
            throw new NotFoundException("there is no file " + path + " in " + name);
        }
        return open(files == null ? new HubFile(path, -1, null) : listed(path));
    }

    final ByteSource open(HubFile file) throws IOException {
        RemoteFile remote = new RemoteFile(file.path(), address(file), token(), file.bytes(), file.entityTag());
        return HttpByteSource.open(fetcher, remote, errors(), cache);
    }

    final HubFile listed(String path) throws IOException {
        Optional<HubFile> file =
                files().stream().filter(known -> known.path().equals(path)).findFirst();
        return file.orElseThrow(() -> new NotFoundException("there is no file " + path + " in " + name));
    }

    /// The JSON that the hub answers with.
    final Reply ask(URI uri, String accept) throws IOException {
        HttpFetcher.Request request = HttpFetcher.Request.get(uri, token()).with("Accept", accept);
        Reply reply = fetcher.send(request, MAX_LISTING_BYTES);
        if (!reply.isSuccess()) {
            throw errors().error(name, reply);
        }
        if (reply.body().length == MAX_LISTING_BYTES) {
            throw new UnsupportedException(HttpFetcher.shown(uri) + " answers with more than 32 MiB");
        }
        return reply;
    }

    final JsonReader json(Reply reply) {
        return new JsonReader(HttpFetcher.shown(reply.uri()), reply.body(), JsonReader.Dialect.STRICT);
    }

    /// Names come from index files too, so none may lead out of the repository.
    static boolean isInside(String path) {
        return !path.isEmpty()
                && path.charAt(0) != '/'
                && path.chars().noneMatch(letter -> letter < ' ' || letter == '\\')
                && !("/" + path + "/").contains("/../")
                && !("/" + path + "/").contains("/./");
    }

    /// A path as it stands in an address, its slashes kept.
    static String encodedPath(String path) {
        try {
            return new URI(null, null, "/" + path, null).toASCIIString().substring(1);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("no path: " + path, e);
        }
    }

    /// A text as one segment of an address, its slashes encoded.
    static String encodedSegment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// An address below `endpoint`.
    static URI below(URI endpoint, String path) {
        String base = endpoint.toString();
        return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
    }

    @Override
    public void close() {}
}
