package dev.weighbridge.files.hub;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The name of a model in Ollama: `[host/][namespace/]model[:tag]`.
///
/// @param host of the registry
/// @param namespace `library` for Ollama's own models
/// @param model the name proper
/// @param tag `latest` where none is given
public record OllamaName(String host, String namespace, String model, String tag) {
    /// Ollama's own registry.
    public static final String DEFAULT_HOST = "registry.ollama.ai";

    private static final String PART = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
    private static final Pattern NAME =
            Pattern.compile("(?:(?:(?<host>[A-Za-z0-9][A-Za-z0-9.-]*(?::\\d{1,5})?)/)?(?<namespace>" + PART
                    + ")/)?(?<model>" + PART + ")(?::(?<tag>" + PART + "))?");

    /// Reads a name; empty where the text is none.
    public static Optional<OllamaName> parse(String text) {
        Matcher matcher = NAME.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(new OllamaName(
                given(matcher, "host", DEFAULT_HOST),
                given(matcher, "namespace", "library"),
                matcher.group("model"),
                given(matcher, "tag", "latest")));
    }

    private static String given(Matcher matcher, String group, String fallback) {
        String text = matcher.group(group);
        return text == null ? fallback : text;
    }

    /// The name as Ollama shows it, without what is the default.
    public String shown() {
        String owner = host.equals(DEFAULT_HOST) ? "" : host + "/";
        String space = owner.isEmpty() && namespace.equals("library") ? "" : namespace + "/";
        return owner + space + model + ":" + tag;
    }
}
