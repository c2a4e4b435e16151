package dev.weighbridge.cli.compare;

import dev.weighbridge.cli.fit.Amounts;
import dev.weighbridge.model.unit.Count;
import dev.weighbridge.planner.catalogue.ModelFacts;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.fit.Price;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.pick.Tier;
import dev.weighbridge.planner.quality.Quality;
import dev.weighbridge.planner.quality.Task;
import dev.weighbridge.planner.speed.SpeedEstimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/// The lines of a comparison, the same for text and page.
final class Rows {
    private static final String MODEL = "model";
    private static final String RUNNING = "running";
    private static final String QUALITY = "quality, per cent right";

    private final Comparison comparison;
    private final List<Row> rows = new ArrayList<>();

    private Rows(Comparison comparison) {
        this.comparison = comparison;
    }

    static List<Row> of(Comparison comparison) {
        Rows rows = new Rows(comparison);
        rows.model();
        rows.running();
        rows.quality();
        return List.copyOf(rows.rows);
    }

    private void model() {
        add(MODEL, "parameters", model -> new Count(model.model().count().total()).toString());
        add(MODEL, "active", model -> count(model.model().count().active()));
        add(
                MODEL,
                "tier",
                model -> Tier.of(model.model().count().total()).label(),
                "a rule of thumb by total parameters");
        add(
                MODEL,
                "layers",
                model -> Integer.toString(model.model().textLayers().size()));
        add(MODEL, "hidden size", model -> count(model.model().hiddenSize()));
        add(MODEL, "vocabulary", model -> count(model.model().vocabularySize()));
        add(MODEL, "context", Rows::context);
        fact("publisher", facts -> Optional.of(facts.publisher()));
        fact("released", ModelFacts::released);
        fact(
                "licence",
                facts -> facts.licence()
                        .map(licence -> licence + " (" + facts.commercial().label() + ")"));
        fact("reads", facts -> Optional.of(String.join(", ", facts.inputs())));
        fact("languages", Rows::languages);
    }

    private void running() {
        add(
                RUNNING,
                "precision",
                model -> model.placed()
                        .map(placed -> placed.answer().precision().name())
                        .orElse("cannot run"));
        memory("weights", Component.WEIGHTS);
        memory("cache", Component.KV_CACHE);
        add(
                RUNNING,
                "memory",
                model -> model.bytes()
                        .map(bytes -> Amounts.bytes(bytes, Basis.ESTIMATED))
                        .orElse(""));
        add(
                RUNNING,
                "fits",
                model -> model.placed().isEmpty() ? "" : model.running().isPresent() ? "yes" : "no");
        add(
                RUNNING,
                "largest context",
                model -> model.maxContext() == 0 ? "" : new Count(model.maxContext()).toString());
        add(RUNNING, "decode tok/s", model -> model.decode().map(Amounts::rate).orElse(""));
        add(
                RUNNING,
                "prefill tok/s",
                model -> model.running()
                        .flatMap(answer -> answer.speed().map(SpeedEstimate::prefill))
                        .map(Amounts::rate)
                        .orElse(""));
        price("$ an hour", Price::dollarsPerHour);
        price("$ a million tokens", Price::dollarsPerMillionAnswerTokens);
    }

    private void quality() {
        add(
                QUALITY,
                "lost to precision",
                model -> model.placed()
                        .map(placed -> String.format(
                                Locale.ROOT,
                                "%s%.2f",
                                Amounts.mark(placed.loss().basis()),
                                placed.loss().points()))
                        .orElse(""));
        for (Task task : comparison.tasks()) {
            if (comparison.models().stream()
                    .anyMatch(model -> model.quality(task).isPresent())) {
                rows.add(new Row(
                        QUALITY,
                        task.id(),
                        cells(model -> model.quality(task).map(Rows::quality).orElse("")),
                        verdict(task)));
            }
        }
    }

    private String verdict(Task task) {
        long judged = comparison.models().stream()
                .filter(model -> model.quality(task).isPresent())
                .count();
        return judged < 2
                ? ""
                : comparison.winner(task).map(best -> "best: " + best.name()).orElse("a tie at the top");
    }

    private static String quality(Quality quality) {
        return String.format(
                Locale.ROOT,
                "%s%.1f (%.0f–%.0f) %d/%d",
                Amounts.mark(quality.basis()),
                quality.value(),
                quality.low(),
                quality.high(),
                quality.publishedCount(),
                quality.parts().size());
    }

    private static String context(Compared model) {
        return model.facts()
                .flatMap(facts -> facts.context().stream().boxed().findFirst())
                .map(context -> new Count(context).toString())
                .orElseGet(() -> count(model.model().contextLength()));
    }

    private static Optional<String> languages(ModelFacts facts) {
        if (facts.languages().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                facts.languageCount().isPresent()
                        ? Integer.toString(facts.languageCount().getAsInt())
                        : facts.languages().size() > 6
                                ? Integer.toString(facts.languages().size())
                                : String.join(" ", facts.languages()));
    }

    private void memory(String label, Component component) {
        add(
                RUNNING,
                label,
                model -> model.placed()
                        .flatMap(placed -> placed.answer().allocation())
                        .map(allocation -> bytes(allocation.plan(), component))
                        .orElse(""));
    }

    private static String bytes(MemoryPlan plan, Component component) {
        return Amounts.bytes(plan.of(component), plan.basis(component));
    }

    private void price(String label, Function<Price, Double> dollars) {
        add(
                RUNNING,
                label,
                model -> model.price()
                        .map(price -> "~" + Amounts.dollars(dollars.apply(price)))
                        .orElse(""));
    }

    private void fact(String label, Function<ModelFacts, Optional<String>> fact) {
        add(MODEL, label, model -> model.facts().flatMap(fact).orElse(""));
    }

    private void add(String group, String label, Function<Compared, String> cell) {
        add(group, label, cell, "");
    }

    private void add(String group, String label, Function<Compared, String> cell, String note) {
        List<String> cells = cells(cell);
        if (cells.stream().anyMatch(text -> !text.isEmpty())) {
            rows.add(new Row(group, label, cells, note));
        }
    }

    private List<String> cells(Function<Compared, String> cell) {
        return comparison.models().stream().map(cell).toList();
    }

    private static String count(OptionalLong count) {
        return count.isPresent() ? new Count(count.getAsLong()).toString() : "";
    }
}
