package dev.weighbridge.planner.memory.llamacpp;

import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.planner.memory.llamacpp.MetadataLayers.Recurrence;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
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
/// @param indexer what is kept by which positions are selected
/// @param countsEncoderLayers whether as many layers are cached as the encoder has
/// @param isHeadless whether the last states are handed out rather than logits, so that there is no head
/// @param holdsTableTwice whether a tied table that is read into main memory is there once more for the
///     logits
/// @param unstated what a file's metadata may leave out
record Architecture(
        String name,
        CacheKind cacheKind,
        boolean keepsWindows,
        boolean expandsLatents,
        Indexer indexer,
        boolean countsEncoderLayers,
        boolean isHeadless,
        boolean holdsTableTwice,
        Unstated unstated) {
    /// What is kept by which an indexer selects positions.
    enum Indexer {
        NONE,
        KEYS,
        /// Values as well, which nothing reads.
        KEYS_AND_VALUES
    }

    /// What a file's metadata may leave out.
    ///
    /// @param recurrence which layers have a state in place of a cache
    /// @param windowPeriod of so many layers one sees everything; 0 where none does
    /// @param startsFull whether it is the first of them rather than the last
    /// @param tokenShifts rows of the residual stream that an RWKV layer keeps
    record Unstated(Recurrence recurrence, int windowPeriod, boolean startsFull, int tokenShifts) {}

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
        return new Architecture(
                name,
                CacheKind.USUAL,
                true,
                false,
                Indexer.KEYS,
                false,
                false,
                false,
                new Unstated(Recurrence.HEADLESS, 0, false, 2));
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
        Unstated unstated = new Unstated(
                constant(Recurrence.class, line.text("recurrent", "headless")),
                line.count("window_period", 0),
                line.flag("starts_full"),
                line.count("token_shifts", 2));
        return new Architecture(
                line.text("architecture"),
                constant(CacheKind.class, line.text("cache", "usual")),
                line.flag("windows"),
                line.flag("expands_latents"),
                constant(Indexer.class, line.text("indexer", "none")),
                line.flag("encoder_layers"),
                line.flag("headless"),
                line.flag("table_twice"),
                unstated);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String name) {
        return Enum.valueOf(type, name.toUpperCase(Locale.ROOT));
    }

    @SuppressWarnings("unchecked") // a line is an object, whose keys are texts
    private static Config parse(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        Object value = new JsonReader(TABLE, bytes, JsonReader.Dialect.STRICT).value();
        return Config.of((Map<String, @Nullable Object>) Objects.requireNonNull(value));
    }
}
