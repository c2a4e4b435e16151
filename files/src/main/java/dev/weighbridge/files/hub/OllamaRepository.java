package dev.weighbridge.files.hub;

import dev.weighbridge.files.http.HeaderCache;
import dev.weighbridge.files.http.HttpFetcher;
import dev.weighbridge.files.http.Reply;
import dev.weighbridge.files.http.StatusErrors;
import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.model.error.NotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model in Ollama's registry or another that speaks its protocol.
///
/// Its layers are the files: `model.gguf`, `projector.gguf`, `adapter.gguf`, `params.json`, `template` and so on.
///
/// @see <a href="https://distribution.github.io/distribution/spec/api/">Distribution, HTTP API</a>
public final class OllamaRepository extends HubRepository {
    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

    private final URI registry;
    private final OllamaName name;

    /// @param registry `https://registry.ollama.ai` or another
    /// @param fetcher which sends the requests
    /// @param cache where headers are kept; null for nowhere
    public OllamaRepository(URI registry, OllamaName name, HttpFetcher fetcher, @Nullable HeaderCache cache) {
        super(name.shown(), fetcher, cache);
        this.registry = registry;
        this.name = name;
    }

    @Override
    @Nullable
    String token() {
        return null;
    }

    @Override
    URI address(HubFile file) {
        return below(registry, "/v2/" + name.namespace() + "/" + name.model() + "/blobs/" + file.entityTag());
    }

    @Override
    List<HubFile> list() throws IOException {
        URI uri = below(
                registry, "/v2/" + name.namespace() + "/" + name.model() + "/manifests/" + encodedSegment(name.tag()));
        return OllamaLayer.read(json(ask(uri, MANIFEST))).stream()
                .map(OllamaLayer::file)
                .toList();
    }

    /// Only the manifest says where a file is, so it is read first.
    @Override
    public ByteSource open(String path) throws IOException {
        return open(listed(path));
    }

    @Override
    StatusErrors errors() {
        return (what, reply) -> isAbsent(reply)
                ? new NotFoundException("there is no model " + name.shown() + " in " + registry.getHost())
                : StatusErrors.PLAIN.error(what, reply);
    }

    private static boolean isAbsent(Reply reply) {
        return reply.status() == 404 || reply.status() == 400;
    }
}
