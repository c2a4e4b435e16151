package dev.weighbridge.files.hub;

import dev.weighbridge.files.http.HeaderCache;
import dev.weighbridge.files.http.HttpFetcher;
import dev.weighbridge.files.http.Reply;
import dev.weighbridge.files.http.StatusErrors;
import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.model.error.NotFoundException;
import dev.weighbridge.model.error.RefusedException;
import dev.weighbridge.model.error.WeighException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A model repository on ModelScope.
///
/// Listed by `/api/v1/models/{id}/repo/files?Revision=…&Recursive=true`; files are at
/// `/models/{id}/resolve/{revision}/{path}`.
///
/// @see <a
/// href="https://github.com/modelscope/modelscope/blob/master/modelscope/hub/api.py">modelscope/hub/api.py</a>
public final class ModelScopeRepository extends HubRepository {
    private final URI endpoint;
    private final @Nullable String token;
    private final String id;
    private final String revision;

    /// @param endpoint `https://www.modelscope.cn`
    /// @param token of the user; null for none
    /// @param id `organization/name`
    /// @param revision branch, tag or commit
    /// @param fetcher which sends the requests
    /// @param cache where headers are kept; null for nowhere
    public ModelScopeRepository(
            URI endpoint,
            @Nullable String token,
            String id,
            String revision,
            HttpFetcher fetcher,
            @Nullable HeaderCache cache) {
        super(id, fetcher, cache);
        this.endpoint = endpoint;
        this.token = token;
        this.id = id;
        this.revision = revision;
    }

    @Override
    @Nullable
    String token() {
        return token;
    }

    @Override
    URI address(HubFile file) {
        return below(
                endpoint, "/models/" + id + "/resolve/" + encodedSegment(revision) + "/" + encodedPath(file.path()));
    }

    @Override
    List<HubFile> list() throws IOException {
        URI uri = below(
                endpoint,
                "/api/v1/models/" + id + "/repo/files?Revision=" + encodedSegment(revision) + "&Recursive=true");
        Reply reply = ask(uri, "application/json");
        JsonReader json = json(reply);
        Object answer = json.value();
        json.endDocument();
        if (!(answer instanceof Map<?, ?> fields)
                || !(fields.get("Data") instanceof Map<?, ?> data)
                || !(data.get("Files") instanceof List<?> entries)
                || entries.size() > MAX_FILES) {
            throw json.malformed("does not list the files of " + id);
        }
        List<HubFile> files = new ArrayList<>();
        for (Object entry : entries) {
            if (entry instanceof Map<?, ?> file && !"tree".equals(file.get("Type"))) {
                files.add(file(json, file));
            }
        }
        return files;
    }

    private static HubFile file(JsonReader json, Map<?, ?> file) {
        if (!(file.get("Path") instanceof String path) || !(file.get("Size") instanceof Long bytes) || bytes < 0) {
            throw json.malformed("lists a file without path or size");
        }
        return new HubFile(path, bytes, file.get("Sha256") instanceof String sum && !sum.isBlank() ? sum : null);
    }

    @Override
    StatusErrors errors() {
        return this::error;
    }

    private WeighException error(String what, Reply reply) {
        return switch (reply.status()) {
            case 401, 403 ->
                new RefusedException(
                        id + " may not be read on " + endpoint.getHost(),
                        "check the name; for a private model set MODELSCOPE_API_TOKEN to a token that may read it");
            case 404 ->
                new NotFoundException(
                        what.equals(id)
                                ? id + " does not exist on " + endpoint.getHost()
                                : "there is no file " + what + " in " + id);
            default -> StatusErrors.PLAIN.error(what, reply);
        };
    }
}
