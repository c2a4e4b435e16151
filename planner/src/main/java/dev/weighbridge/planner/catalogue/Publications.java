package dev.weighbridge.planner.catalogue;

import dev.weighbridge.model.config.Config;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What has been published about the models of the [Catalogue]: facts and benchmark results, each with
/// its source.
public final class Publications {
    private static final String FACTS = "facts.jsonl";
    private static final String SCORES = "scores.jsonl";

    private final Map<String, ModelFacts> facts = new LinkedHashMap<>();
    private final Map<String, List<Score>> scores = new HashMap<>();
    private final List<Score> all;

    private Publications(List<ModelFacts> facts, List<Score> scores) {
        facts.forEach(fact -> this.facts.put(fact.name(), fact));
        scores.forEach(score -> this.scores
                .computeIfAbsent(score.model(), _ -> new ArrayList<>())
                .add(score));
        this.all = List.copyOf(scores);
    }

    /// What Weighbridge carries.
    public static Publications embedded() {
        return new Publications(
                JsonLines.read(Publications.class, FACTS).stream()
                        .map(line -> fact(JsonLines.object(FACTS, line)))
                        .toList(),
                JsonLines.read(Publications.class, SCORES).stream()
                        .map(line -> score(JsonLines.object(SCORES, line)))
                        .toList());
    }

    /// What is known of a model, by its usual name.
    public Optional<ModelFacts> facts(String model) {
        return Optional.ofNullable(facts.get(model));
    }

    /// What is known of every model, by name.
    public List<ModelFacts> facts() {
        return List.copyOf(facts.values());
    }

    /// Every result of a model, by its usual name.
    public List<Score> scores(String model) {
        return List.copyOf(scores.getOrDefault(model, List.of()));
    }

    /// Every result of every model.
    public List<Score> scores() {
        return all;
    }

    private static ModelFacts fact(Config line) {
        List<Long> counts = line.integers("parameters");
        return new ModelFacts(
                line.text("name"),
                line.text("publisher"),
                line.has("licence") ? line.text("licence") : null,
                ModelFacts.Commercial.valueOf(line.text("commercial", "unknown").toUpperCase(Locale.ROOT)),
                line.has("released") ? line.text("released") : null,
                line.has("context") ? line.integer("context") : null,
                line.texts("languages"),
                line.has("language_count") ? line.count("language_count") : null,
                line.texts("inputs"),
                line.texts("outputs"),
                line.texts("tasks"),
                line.flag("thinks", false),
                counts.getFirst(),
                counts.getLast(),
                line.has("native") ? line.text("native") : null,
                line.text("source"));
    }

    private static Score score(Config line) {
        return new Score(
                line.text("model"),
                line.text("benchmark"),
                line.number("value"),
                Score.Mode.valueOf(line.text("mode").toUpperCase(Locale.ROOT)),
                Score.By.valueOf(line.text("by").toUpperCase(Locale.ROOT)),
                line.text("source"),
                line.text("date"),
                line.has("conditions") ? line.text("conditions") : null);
    }
}
