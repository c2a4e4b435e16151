package dev.weighbridge.files.hub;

import dev.weighbridge.files.http.HeaderCache;
import dev.weighbridge.files.http.HttpFetcher;
import dev.weighbridge.files.source.LocalRepository;
import dev.weighbridge.files.source.Repository;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.NotFoundException;
import dev.weighbridge.model.error.UnsupportedException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Turns what a user typed into the files that it names.
///
/// | text | means |
/// |---|---|
/// | `model.gguf`, `./folder`, `~/models/x`, `file:///…` | a file or a folder on this machine |
/// | `hf:org/name[@revision][:file]` | Hugging Face |
/// | `ms:org/name[@revision][:file]` | ModelScope |
/// | `ollama:name[:tag]` | Ollama's store on this machine, else its registry |
/// | `https://…` | a page or a file of those hubs, or a file anywhere |
///
/// Nothing is asked of the network before the repository is used. Safe for use by many threads; closing it ends the
/// requests of its repositories.
public final class SourceResolver implements AutoCloseable {
    private static final Pattern SCHEME = Pattern.compile("(?<scheme>[A-Za-z][A-Za-z0-9+.-]+):(?<rest>.*)");
    private static final Pattern HUB =
            Pattern.compile("(?<id>[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)?)"
                    + "(?:@(?<revision>[A-Za-z0-9_][A-Za-z0-9_./-]*))?(?::(?<file>.+))?");
    private static final Pattern HUGGING_FACE_PAGE = Pattern.compile(
            "/(?<id>[^/]+/[^/]+)(?:/(?:blob|resolve|raw|tree)/(?<revision>[^/]+|refs/pr/\\d+)(?:/(?<file>.+))?)?/?");
    private static final Pattern MODEL_SCOPE_PAGE = Pattern.compile(
            "/models/(?<id>[^/]+/[^/]+)(?:/(?:resolve|file/view|summary|files)(?:/(?<revision>[^/]+)(?:/(?<file>.+))?)?)?/?");
    private static final Pattern OLLAMA_PAGE = Pattern.compile("/(?:library/)?(?<name>[^/]+(?:/[^/]+)?)/?");
    private static final Set<String> EXTENSIONS =
            Set.of("gguf", "safetensors", "bin", "pt", "pth", "ckpt", "onnx", "json", "pkl");
    private static final String KNOWN = "a path, hf:org/name, ms:org/name, ollama:name or https://…";

    private final SourceSettings settings;
    private final HttpFetcher fetcher;
    private final @Nullable HeaderCache cache;

    /// A resolver over one connection pool.
    public SourceResolver(SourceSettings settings) {
        this.settings = settings;
        this.fetcher = new HttpFetcher(settings.http());
        this.cache = settings.cache() == null ? null : new HeaderCache(settings.cache());
    }

    /// The files that `text` names; empty where it is neither a path nor an address, so that it may be a name that
    /// only the caller knows.
    ///
    /// @throws MalformedException if it is an address with a mistake in it
    /// @throws NotFoundException if it is a path at which there is nothing
    /// @throws UnsupportedException if it is an address of a kind that is not known here
    public Optional<Source> resolve(String text) throws IOException {
        String name = text.strip();
        if (name.isEmpty()) {
            throw new MalformedException("no model is named", "name " + KNOWN);
        }
        Optional<Path> path = path(name);
        if (path.isPresent() && Files.exists(path.get())) {
            return Optional.of(local(path.get()));
        }
        Matcher scheme = SCHEME.matcher(name);
        if (scheme.matches() && !isHostOrTag(scheme.group("scheme"))) {
            return Optional.of(remote(name, scheme.group("scheme").toLowerCase(Locale.ROOT), scheme.group("rest")));
        }
        if (path.isPresent() && looksLikePath(name)) {
            throw new NotFoundException(path.get() + " does not exist");
        }
        return Optional.empty();
    }

    /// `llama3.2:3b` has the form of an address and is a name.
    private static boolean isHostOrTag(String scheme) {
        return switch (scheme.toLowerCase(Locale.ROOT)) {
            case "hf", "huggingface", "ms", "modelscope", "ollama", "http", "https", "file" -> false;
            case "s3", "gs", "az", "ftp", "ftps", "ssh", "git", "oci", "docker", "data", "jar" -> false;
            default -> true;
        };
    }

    private Optional<Path> path(String text) {
        try {
            Path home = settings.home();
            if (home != null && (text.equals("~") || text.startsWith("~/"))) {
                return Optional.of(home.resolve(text.substring(Math.min(2, text.length()))));
            }
            return Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static boolean looksLikePath(String text) {
        int dot = text.lastIndexOf('.');
        boolean isFile = dot >= 0 && EXTENSIONS.contains(text.substring(dot + 1).toLowerCase(Locale.ROOT));
        return isFile
                || text.equals("~")
                || text.startsWith("/")
                || text.startsWith("./")
                || text.startsWith("../")
                || text.startsWith("~/")
                || text.endsWith("/")
                || text.indexOf('\\') >= 0;
    }

    private static Source local(Path path) {
        LocalRepository repository = LocalRepository.of(path);
        return new Source(repository, repository.file().orElse(null));
    }

    private Source remote(String text, String scheme, String rest) throws IOException {
        String bare = rest.startsWith("//") ? rest.substring(2) : rest;
        return switch (scheme) {
            case "hf", "huggingface" -> huggingFace(hub(text, bare, "hf:org/name[@revision][:file]"));
            case "ms", "modelscope" -> modelScope(hub(text, bare, "ms:org/name[@revision][:file]"));
            case "ollama" -> ollama(text, bare);
            case "http", "https" -> web(uri(text));
            case "file" -> local(Path.of(uri(text)));
            default ->
                throw new UnsupportedException(
                        "addresses that begin with " + scheme + ": are not known here", "name " + KNOWN);
        };
    }

    private static Matcher hub(String text, String rest, String form) {
        Matcher matcher = HUB.matcher(rest);
        if (!matcher.matches()) {
            throw new MalformedException("\"" + text + "\" is not of the form " + form);
        }
        return matcher;
    }

    private static String or(@Nullable String text, String fallback) {
        return text == null ? fallback : text;
    }

    private Source huggingFace(Matcher name) {
        return huggingFace(name.group("id"), name.group("revision"), name.group("file"));
    }

    private Source huggingFace(String id, @Nullable String revision, @Nullable String file) {
        Repository repository = new HuggingFaceRepository(
                settings.huggingFace(), settings.huggingFaceToken(), id, or(revision, "main"), fetcher, cache);
        return new Source(repository, file);
    }

    private Source modelScope(Matcher name) {
        if (!name.group("id").contains("/")) {
            throw new MalformedException("\"" + name.group("id") + "\" is not of the form org/name");
        }
        Repository repository = new ModelScopeRepository(
                settings.modelScope(),
                settings.modelScopeToken(),
                name.group("id"),
                or(name.group("revision"), "master"),
                fetcher,
                cache);
        return new Source(repository, name.group("file"));
    }

    private Source ollama(String text, String rest) throws IOException {
        OllamaName name = OllamaName.parse(rest)
                .orElseThrow(() -> new MalformedException("\"" + text + "\" is not of the form ollama:name[:tag]"));
        for (Path folder : settings.ollamaStores()) {
            Optional<Repository> stored = new OllamaStore(folder).find(name);
            if (stored.isPresent()) {
                return new Source(stored.get(), OllamaLayer.MODEL);
            }
        }
        URI registry = name.host().equals(OllamaName.DEFAULT_HOST)
                ? settings.ollamaRegistry()
                : URI.create("https://" + name.host());
        return new Source(new OllamaRepository(registry, name, fetcher, cache), OllamaLayer.MODEL);
    }

    private static URI uri(String text) {
        try {
            URI uri = new URI(text);
            boolean complete = "file".equalsIgnoreCase(uri.getScheme())
                    ? uri.getPath() != null && uri.getRawAuthority() == null
                    : uri.getHost() != null && uri.getPath() != null;
            if (complete && uri.getRawUserInfo() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw new MalformedException("\"" + text + "\" is no address: " + e.getReason());
        }
        throw new MalformedException(
                "\"" + text + "\" is no address of a file that may be asked for without a password");
    }

    private Source web(URI uri) throws IOException {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        String path = uri.getPath();
        if (host.equals("huggingface.co")
                || host.equals("hf.co")
                || host.equals(settings.huggingFace().getHost())) {
            Matcher page = HUGGING_FACE_PAGE.matcher(path);
            if (page.matches()) {
                return huggingFace(page.group("id"), page.group("revision"), page.group("file"));
            }
        }
        if (host.endsWith("modelscope.cn") || host.equals(settings.modelScope().getHost())) {
            Matcher page = MODEL_SCOPE_PAGE.matcher(path);
            if (page.matches()) {
                return modelScope(page);
            }
        }
        if (host.equals("ollama.com")) {
            Matcher page = OLLAMA_PAGE.matcher(path);
            if (page.matches()) {
                return ollama(uri.toString(), page.group("name"));
            }
        }
        UrlRepository repository = new UrlRepository(uri, fetcher, cache);
        if (repository.file().isEmpty()) {
            throw new MalformedException(
                    "\"" + uri + "\" names no file", "give the address of a .gguf or .safetensors file");
        }
        return new Source(repository, repository.file());
    }

    @Override
    public void close() {
        fetcher.close();
    }
}
