package dev.weighbridge.files.hub;

import dev.weighbridge.files.http.HeaderCache;
import dev.weighbridge.files.http.HttpFetcher;
import dev.weighbridge.files.http.Reply;
import dev.weighbridge.files.http.StatusErrors;
import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.NotFoundException;
import dev.weighbridge.model.error.RefusedException;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.error.WeighException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A model repository on Hugging Face or on a mirror with the same addresses.
///
/// Listed by `/api/models/{id}/tree/{revision}?recursive=true`, page by page along the `Link` header; files are at
/// `/{id}/resolve/{revision}/{path}`.
///
/// @see <a href="https://huggingface.co/docs/hub/api">Hub API endpoints</a>
public final class HuggingFaceRepository extends HubRepository {
    private static final Pattern NEXT_PAGE = Pattern.compile("<([^>]+)>\\s*;\\s*rel=\"?next\"?");
    private static final int MAX_PAGES = 1000;

    private final URI endpoint;
    private final @Nullable String token;
    private final String id;
    private final String revision;

    /// @param endpoint `https://huggingface.co` or a mirror
    /// @param token of the user; null for none
    /// @param id `organization/name`, or `name` for the oldest models
    /// @param revision branch, tag or commit
    /// @param fetcher which sends the requests
    /// @param cache where headers are kept; null for nowhere
    public HuggingFaceRepository(
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
        return below(endpoint, "/" + id + "/resolve/" + encodedSegment(revision) + "/" + encodedPath(file.path()));
    }

    @Override
    List<HubFile> list() throws IOException {
        List<HubFile> files = new ArrayList<>();
        URI page = below(endpoint, "/api/models/" + id + "/tree/" + encodedSegment(revision) + "?recursive=true");
        for (int count = 0; count < MAX_PAGES; count++) {
            Reply reply = ask(page, "application/json");
            readPage(json(reply), files);
            Optional<URI> next = nextPage(page, reply);
            if (next.isEmpty()) {
                return files;
            }
            page = next.get();
        }
        throw new UnsupportedException(id + " lists more than " + MAX_PAGES + " pages of files");
    }

    private void readPage(JsonReader json, List<HubFile> files) {
        json.beginArray();
        while (json.hasNext()) {
            if (json.value() instanceof Map<?, ?> entry && "file".equals(entry.get("type"))) {
                files.add(file(json, entry));
            }
            if (files.size() > MAX_FILES) {
                throw json.malformed("lists more than " + MAX_FILES + " files");
            }
        }
        json.endDocument();
    }

    private static HubFile file(JsonReader json, Map<?, ?> entry) {
        Object large = entry.get("lfs");
        Object tag = large instanceof Map<?, ?> lfs ? lfs.get("oid") : entry.get("oid");
        if (!(entry.get("path") instanceof String path) || !(entry.get("size") instanceof Long bytes) || bytes < 0) {
            throw json.malformed("lists a file without path or size");
        }
        return new HubFile(path, bytes, tag instanceof String text && !text.isBlank() ? text : null);
    }

    /// The address of the next page, which must be on the same server, since the token goes there.
    private static Optional<URI> nextPage(URI page, Reply reply) {
        Matcher link = NEXT_PAGE.matcher(reply.header("Link").orElse(""));
        if (!link.find()) {
            return Optional.empty();
        }
        URI next;
        try {
            next = page.resolve(link.group(1));
        } catch (IllegalArgumentException e) {
            throw new MalformedException(HttpFetcher.shown(page) + " names a next page that is no address");
        }
        boolean sameServer = page.getScheme().equals(next.getScheme())
                && page.getRawAuthority().equals(next.getRawAuthority());
        if (!sameServer) {
            throw new RefusedException(HttpFetcher.shown(page) + " names a next page on another server");
        }
        return Optional.of(next);
    }

    @Override
    StatusErrors errors() {
        return this::error;
    }

    /// The hub says in `X-Error-Code` what the status leaves open: a repository that does not exist and one that is
    /// private are both 401 to a stranger.
    private WeighException error(String what, Reply reply) {
        String code = reply.firstHeader("X-Error-Code").orElse("");
        String page = below(endpoint, "/" + id).toString();
        return switch (code) {
            case "GatedRepo" ->
                new RefusedException(
                        id + " is gated: its authors ask to accept a license first",
                        "accept it on " + page + " and set HF_TOKEN to a token of that account");
            case "RevisionNotFound" -> new NotFoundException(id + " has no revision " + revision);
            case "EntryNotFound" -> new NotFoundException("there is no file " + what + " in " + id);
            case "RepoNotFound" -> absent(reply.status());
            case "DisabledRepo" -> new RefusedException(id + " is disabled by the hub");
            default ->
                switch (reply.status()) {
                    case 401 -> absent(401);
                    case 403 ->
                        new RefusedException(
                                id + " may not be read with this token",
                                "accept its license on " + page + ", or set HF_TOKEN to a token that may read it");
                    case 404 -> new NotFoundException("there is no " + what + " in " + id);
                    default -> StatusErrors.PLAIN.error(what, reply);
                };
        };
    }

    private WeighException absent(int status) {
        if (token == null || status == 401) {
            return new RefusedException(
                    id + " does not exist on " + endpoint.getHost() + " or is private",
                    "check the name; for a private or gated model set HF_TOKEN to a token that may read it");
        }
        return new NotFoundException(
                id + " does not exist on " + endpoint.getHost() + ", or the token may not see it", "check the name");
    }
}
