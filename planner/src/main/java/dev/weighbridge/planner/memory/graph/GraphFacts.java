package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.planner.anatomy.Anatomy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is known of a model's graph beside its blocks.
///
/// @param quirks where llama.cpp departs from the published order of computation
/// @param furtherInputs embeddings of the width of the stream that come with every token, for images (Qwen3-VL)
record GraphFacts(Set<Quirk> quirks, int furtherInputs) {
    private static final String TABLE = "quirks.jsonl";
    private static final Map<String, Set<Quirk>> QUIRKS = read();

    static GraphFacts of(Anatomy model) {
        Config config = model.config();
        Config text = config.optionalPart("text_config").orElse(Config.EMPTY);
        Set<Quirk> quirks = EnumSet.noneOf(Quirk.class);
        for (Config part : List.of(config, text)) {
            quirks.addAll(QUIRKS.getOrDefault(part.text("model_type", ""), Set.of()));
        }
        return new GraphFacts(quirks, furtherInputs(config));
    }

    boolean has(Quirk quirk) {
        return quirks.contains(quirk);
    }

    private static int furtherInputs(Config config) {
        if (config.has("num_deepstack_layers")) {
            return config.count("num_deepstack_layers");
        }
        return config.partOrEmpty("vision_config").has("deepstack_visual_indexes")
                ? config.part("vision_config").items("deepstack_visual_indexes").size()
                : 0;
    }

    private static Map<String, Set<Quirk>> read() {
        try (InputStream table = GraphFacts.class.getResourceAsStream(TABLE)) {
            String text = new String(Objects.requireNonNull(table, TABLE).readAllBytes(), StandardCharsets.UTF_8);
            Map<String, Set<Quirk>> quirks = new HashMap<>();
            text.lines()
                    .filter(line -> line.startsWith("{"))
                    .map(GraphFacts::parse)
                    .forEach(entry -> {
                        Set<Quirk> known = EnumSet.noneOf(Quirk.class);
                        entry.texts("quirks").forEach(name -> known.add(Quirk.valueOf(name.toUpperCase(Locale.ROOT))));
                        entry.texts("model_types")
                                .forEach(type -> quirks.computeIfAbsent(type, _ -> EnumSet.noneOf(Quirk.class))
                                        .addAll(known));
                    });
            return Map.copyOf(quirks);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked") // a line is an object, whose keys are texts
    private static Config parse(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        Object value = new JsonReader(TABLE, bytes, JsonReader.Dialect.STRICT).value();
        return Config.of((Map<String, @Nullable Object>) Objects.requireNonNull(value));
    }
}
