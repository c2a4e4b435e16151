package dev.weighbridge.planner.memory.llamacpp;

import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.model.config.Config;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where llama.cpp's memory of an architecture differs from what the blueprint alone says.
///
/// @param name as `general.architecture` has it
/// @param cacheKind what kind of cache it has
/// @param keepsWindows whether sliding windows have a cache of their own; otherwise every position is kept
/// @param expandsLatents whether keys and values are kept in place of the latent
/// @param keepsIndexerValues whether the indexer's cache has values that nothing reads
/// @param countsEncoderLayers whether as many layers are cached as the encoder has
/// @param tokenShifts rows of the residual stream that an RWKV layer keeps
/// @param holdsTableTwice whether a tied table that is read into main memory is there once more for the
///     logits
record Architecture(
        String name,
        CacheKind cacheKind,
        boolean keepsWindows,
        boolean expandsLatents,
        boolean keepsIndexerValues,
        boolean countsEncoderLayers,
        int tokenShifts,
        boolean holdsTableTwice) {
    /// What kind of cache an architecture has.
    enum CacheKind {
        USUAL,
        /// Encoders and denoisers of text see all positions at once and keep none.
        NONE,
        /// DeepSeek V4: a window of positions, and means of those before it.
        COMPRESSED
    }

    private static final String TABLE = "architectures.jsonl";
    private static final Map<String, Architecture> BY_CLASS = load();

    /// The architecture of a class, where llama.cpp's converter accepts it.
    ///
    /// @param className as `config.json` names it; the name of the architecture itself for files without
    ///     one
    static Optional<Architecture> of(String className) {
        return Optional.ofNullable(BY_CLASS.get(className));
    }

    /// An architecture of which only the blueprint is known.
    static Architecture unknown(String name) {
        return new Architecture(name, CacheKind.USUAL, true, false, false, false, 2, false);
    }

    private static Map<String, Architecture> load() {
        try (InputStream table = Architecture.class.getResourceAsStream(TABLE)) {
            String text = new String(Objects.requireNonNull(table, TABLE).readAllBytes(), StandardCharsets.UTF_8);
            Map<String, Architecture> byClass = new HashMap<>();
            text.lines()
                    .filter(line -> line.startsWith("{"))
                    .map(Architecture::parse)
                    .forEach(line -> {
                        Architecture architecture = read(line);
                        byClass.putIfAbsent(architecture.name(), architecture);
                        line.texts("classes").forEach(name -> byClass.put(name, architecture));
                    });
            return Map.copyOf(byClass);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Architecture read(Config line) {
        CacheKind kind = switch (line.text("cache", "usual")) {
            case "none" -> CacheKind.NONE;
            case "compressed" -> CacheKind.COMPRESSED;
            default -> CacheKind.USUAL;
        };
        return new Architecture(
                line.text("architecture"),
                kind,
                line.flag("windows"),
                line.text("latents", "kept").equals("expanded"),
                line.flag("indexer_values"),
                line.flag("encoder_layers"),
                line.count("token_shifts", 2),
                line.flag("table_twice"));
    }

    @SuppressWarnings("unchecked") // a line is an object, whose keys are texts
    private static Config parse(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        Object value = new JsonReader(TABLE, bytes, JsonReader.Dialect.STRICT).value();
        return Config.of((Map<String, @Nullable Object>) Objects.requireNonNull(value));
    }
}
