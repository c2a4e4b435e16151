package dev.weighbridge.files.hub;

import dev.weighbridge.files.json.JsonReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// One part of a model in Ollama, as its manifest lists it.
///
/// @param path the name of the file that it stands for, such as `model.gguf`
/// @param digest `sha256:` and 64 hexadecimal digits
/// @param bytes its length
record OllamaLayer(String path, String digest, long bytes) {
    /// The file that holds the model itself.
    static final String MODEL = "model.gguf";

    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final String MEDIA_TYPE = "application/vnd.ollama.image.";

    /// The layers of a manifest, those first that hold tensors.
    static List<OllamaLayer> read(JsonReader json) {
        Object manifest = json.value();
        json.endDocument();
        if (!(manifest instanceof Map<?, ?> fields) || !(fields.get("layers") instanceof List<?> entries)) {
            throw json.malformed("has no layers");
        }
        List<OllamaLayer> layers = new ArrayList<>();
        Set<String> paths = new HashSet<>();
        for (Object entry : entries) {
            if (!(entry instanceof Map<?, ?> layer)
                    || !(layer.get("mediaType") instanceof String type)
                    || !(layer.get("digest") instanceof String digest)
                    || !DIGEST.matcher(digest).matches()
                    || !(layer.get("size") instanceof Long bytes)
                    || bytes < 0) {
                throw json.malformed("has a layer without type, digest or size");
            }
            if (type.startsWith(MEDIA_TYPE)) {
                layers.add(new OllamaLayer(unique(path(type.substring(MEDIA_TYPE.length())), paths), digest, bytes));
            }
        }
        return layers;
    }

    private static String path(String type) {
        return switch (type) {
            case "model", "adapter", "projector" -> type + ".gguf";
            case "params", "messages" -> type + ".json";
            default -> type;
        };
    }

    private static String unique(String path, Set<String> paths) {
        String unique = path;
        for (int i = 2; !paths.add(unique); i++) {
            int dot = path.lastIndexOf('.');
            unique = dot < 0 ? path + "-" + i : path.substring(0, dot) + "-" + i + path.substring(dot);
        }
        return unique;
    }

    HubFile file() {
        return new HubFile(path, bytes, digest);
    }
}
