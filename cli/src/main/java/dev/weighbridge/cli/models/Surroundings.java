package dev.weighbridge.cli.models;

import dev.weighbridge.files.http.HttpSettings;
import dev.weighbridge.files.http.Proxies;
import dev.weighbridge.files.hub.SourceSettings;
import dev.weighbridge.files.local.ModelStore;
import dev.weighbridge.model.error.MalformedException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the machine and its user say by environment variables: where models are, as whom to ask for more, through which
/// proxy.
///
/// @param variables the environment
public record Surroundings(Map<String, String> variables) {
    /// Copies the map.
    public Surroundings {
        variables = Map.copyOf(variables);
    }

    /// Where models are looked for.
    ///
    /// @throws MalformedException if a variable holds no address
    public SourceSettings sources() {
        SourceSettings standard = SourceSettings.standard();
        Optional<Path> home = home();
        return new SourceSettings(
                address("HF_ENDPOINT", standard.huggingFace()),
                first("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"),
                address("MODELSCOPE_ENDPOINT", standard.modelScope()),
                first("MODELSCOPE_API_TOKEN"),
                address("OLLAMA_REGISTRY", standard.ollamaRegistry()),
                home.map(folder -> ModelStore.ollama(folder, variables)).orElse(List.of()),
                home.orElse(null),
                cache().orElse(null),
                HttpSettings.standard().withProxies(proxies()));
    }

    /// Where programs keep models on this machine.
    public List<ModelStore> stores() {
        return home().map(folder -> ModelStore.standard(folder, variables)).orElse(List.of());
    }

    private Optional<Path> home() {
        return Optional.ofNullable(first("HOME", "USERPROFILE")).map(Path::of);
    }

    /// The file in which the user describes devices of his own, where there is a home for it.
    public Optional<Path> devicesFile() {
        String file = first("WEIGH_DEVICES");
        if (file != null) {
            return Optional.of(Path.of(file));
        }
        String shared = first("XDG_CONFIG_HOME");
        return (shared == null ? home().map(path -> path.resolve(".config")) : Optional.of(Path.of(shared)))
                .map(folder -> folder.resolve("weigh").resolve("devices.json"));
    }

    /// The folder for what can be fetched or measured again.
    public Optional<Path> cache() {
        String folder = first("WEIGH_CACHE");
        if (folder != null) {
            return Optional.of(Path.of(folder));
        }
        String shared = first("XDG_CACHE_HOME");
        return shared == null
                ? home().map(path -> path.resolve(".cache").resolve("weighbridge"))
                : Optional.of(Path.of(shared, "weighbridge"));
    }

    private Proxies proxies() {
        try {
            return new Proxies(
                    orEmpty(first("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")),
                    orEmpty(first("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")),
                    orEmpty(first("NO_PROXY", "no_proxy")));
        } catch (IllegalArgumentException e) {
            throw new MalformedException("a proxy variable is no host:port: " + e.getMessage());
        }
    }

    private URI address(String variable, URI standard) {
        String value = first(variable);
        if (value == null) {
            return standard;
        }
        try {
            return URI.create(value);
        } catch (IllegalArgumentException e) {
            throw new MalformedException(variable + " is no address: " + value);
        }
    }

    private @Nullable String first(String... names) {
        for (String name : names) {
            String value = variables.getOrDefault(name, "").strip();
            if (!value.isEmpty()) {
                return value;
            }
        }
        return null;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
