package dev.weighbridge.engine.template;

import dev.weighbridge.files.gguf.GgufReader;
import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.files.source.LocalRepository;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Finds the chat template that belongs to a model.
public final class ChatTemplateReader {
    private ChatTemplateReader() {}

    /// A template with what it knows of the model's own tokens.
    ///
    /// @param template its text
    /// @param values `bos_token`, `eos_token` and the like, by name
    public record Found(String template, Map<String, String> values) {
        /// Copies the map.
        public Found {
            values = Map.copyOf(values);
        }
    }

    /// The template of a model's folder (`chat_template.jinja`, else in `tokenizer_config.json`), of a GGUF file, or a
    /// template itself.
    ///
    /// @throws NotFoundException if there is none
    /// @throws IOException if it cannot be read
    public static Found read(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return ofFolder(path);
        }
        String name = Objects.toString(path.getFileName(), "");
        return name.endsWith(".gguf") ? ofGguf(path) : new Found(Files.readString(path), Map.of());
    }

    private static Found ofFolder(Path folder) throws IOException {
        Path settings = folder.resolve("tokenizer_config.json");
        Config config = Files.isRegularFile(settings) ? json(settings) : Config.EMPTY;
        Map<String, String> values = new HashMap<>();
        for (String token : List.of("bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token")) {
            switch (config.values().get(token)) {
                case String text -> values.put(token, text);
                case Map<?, ?> described
                when described.get("content") instanceof String text -> values.put(token, text);
                case null, default -> {}
            }
        }
        Path apart = folder.resolve("chat_template.jinja");
        if (Files.isRegularFile(apart)) {
            return new Found(Files.readString(apart), values);
        }
        return switch (config.values().get("chat_template")) {
            case String template -> new Found(template, values);
            case List<?> several -> new Found(usual(several, folder), values);
            case null, default -> throw new NotFoundException(folder + " holds no chat template");
        };
    }

    /// Of several templates the one that is named `default`.
    private static String usual(List<?> several, Path folder) {
        for (Object item : several) {
            if (item instanceof Map<?, ?> named
                    && "default".equals(named.get("name"))
                    && named.get("template") instanceof String template) {
                return template;
            }
        }
        throw new NotFoundException(folder + " holds several chat templates and none is the usual one");
    }

    private static Found ofGguf(Path path) throws IOException {
        LocalRepository repository = LocalRepository.of(path);
        try (ByteSource source = repository.open(repository.file().orElseThrow())) {
            Config metadata = GgufReader.readHeaderInFull(source).metadata();
            if (!metadata.has("tokenizer.chat_template")) {
                throw new NotFoundException(path + " holds no chat template");
            }
            Map<String, String> values = new HashMap<>();
            List<?> tokens = metadata.values().get("tokenizer.ggml.tokens") instanceof List<?> list ? list : List.of();
            Map.of("bos_token", "tokenizer.ggml.bos_token_id", "eos_token", "tokenizer.ggml.eos_token_id")
                    .forEach((name, field) -> {
                        long id = metadata.integer(field, -1);
                        if (id >= 0 && id < tokens.size()) {
                            values.put(name, String.valueOf(tokens.get((int) id)));
                        }
                    });
            return new Found(metadata.text("tokenizer.chat_template"), values);
        }
    }

    @SuppressWarnings("unchecked") // an object's keys are texts
    private static Config json(Path file) throws IOException {
        JsonReader reader = new JsonReader(file.toString(), Files.readAllBytes(file), JsonReader.Dialect.STRICT);
        if (reader.value() instanceof Map<?, ?> object) {
            return Config.of((Map<String, @Nullable Object>) object);
        }
        throw new MalformedException(file + " holds no object");
    }
}
