package dev.weighbridge.cli.validate;

import dev.weighbridge.cli.terminal.Columns;
import dev.weighbridge.cli.terminal.Columns.Align;
import dev.weighbridge.cli.terminal.Output;
import dev.weighbridge.cli.terminal.Style;
import dev.weighbridge.planner.validation.Accuracy;
import dev.weighbridge.planner.validation.Observation;
import dev.weighbridge.planner.validation.Outcome;
import dev.weighbridge.planner.validation.Table;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/// Prints how close the plans of a table came.
final class AccuracyText {
    private static final double MEBIBYTE = 1024.0 * 1024;

    private final Output out;

    AccuracyText(Output out) {
        this.out = out;
    }

    void print(Table table, Accuracy accuracy, boolean withRows) {
        out.printf(
                Locale.ROOT,
                "%s: %d rows, %d predicted, %d skipped%n",
                table.name(),
                accuracy.outcomes().size(),
                accuracy.predicted().size(),
                accuracy.skipped().size());
        if (withRows) {
            printRows(accuracy);
        }
        printMetrics(accuracy);
        printDistribution(accuracy);
        printRules(accuracy);
        printSkipped(accuracy);
    }

    private void heading(String text) {
        out.println();
        out.println(out.paint(Style.BOLD, text));
    }

    private void printMetrics(Accuracy accuracy) {
        heading("Figures");
        Columns columns = Columns.of(Align.LEFT, Align.RIGHT);
        accuracy.metrics().forEach((name, value) -> columns.row(name, percent(value)));
        columns.lines().forEach(line -> out.println("  " + line));
    }

    private void printDistribution(Accuracy accuracy) {
        heading("Errors by quantity, runtime and architecture");
        Columns columns = Columns.of(
                Align.LEFT,
                Align.LEFT,
                Align.LEFT,
                Align.RIGHT,
                Align.RIGHT,
                Align.RIGHT,
                Align.RIGHT,
                Align.RIGHT,
                Align.RIGHT);
        columns.row("", "runtime", "architecture", "rows", "median", "p90", "bias", ">3% low", ">3% high");
        accuracy.distribution().entrySet().stream()
                .sorted(Map.Entry.comparingByKey(java.util.Comparator.comparing(Accuracy.Group::quantity)
                        .thenComparing(Accuracy.Group::runtime)
                        .thenComparing(Accuracy.Group::architecture)))
                .forEach(entry -> {
                    Accuracy.Errors errors = entry.getValue();
                    columns.row(
                            label(entry.getKey().quantity()),
                            orAll(entry.getKey().runtime()),
                            orAll(entry.getKey().architecture()),
                            String.valueOf(errors.count()),
                            percent(errors.median()),
                            percent(errors.ninetieth()),
                            percent(errors.bias()),
                            percent(errors.tooLow()),
                            percent(errors.tooHigh()));
                });
        columns.lines().forEach(line -> out.println("  " + line));
    }

    private void printRules(Accuracy accuracy) {
        Map<Observation.Quantity, Map<String, List<Accuracy.Errors>>> rules = accuracy.rules();
        if (rules.isEmpty()) {
            return;
        }
        heading("Rules of thumb on the same rows");
        Columns columns = Columns.of(Align.LEFT, Align.LEFT, Align.RIGHT, Align.RIGHT, Align.RIGHT, Align.RIGHT);
        columns.row("", "rule", "rows", "median", "p90", "this plan's median");
        rules.forEach((quantity, byRule) -> byRule.forEach((rule, errors) -> columns.row(
                label(quantity),
                rule,
                String.valueOf(errors.getFirst().count()),
                percent(errors.getFirst().median()),
                percent(errors.getFirst().ninetieth()),
                percent(errors.getLast().median()))));
        columns.lines().forEach(line -> out.println("  " + line));
    }

    private void printSkipped(Accuracy accuracy) {
        if (accuracy.skipped().isEmpty()) {
            return;
        }
        heading("Skipped");
        Map<String, List<String>> byReason = accuracy.skipped().stream()
                .collect(Collectors.groupingBy(
                        Outcome.Skipped::why,
                        java.util.LinkedHashMap::new,
                        Collectors.mapping(Outcome.Skipped::id, Collectors.toList())));
        byReason.forEach((why, ids) ->
                out.println("  " + why + ": " + ids.stream().limit(8).collect(Collectors.joining(", "))
                        + (ids.size() > 8 ? " and " + (ids.size() - 8) + " more" : "")));
    }

    private void printRows(Accuracy accuracy) {
        heading("Rows");
        Columns columns =
                Columns.of(Align.LEFT, Align.LEFT, Align.LEFT, Align.LEFT, Align.RIGHT, Align.RIGHT, Align.RIGHT);
        columns.row("row", "runtime", "model", "", "predicted", "measured", "error");
        for (Outcome.Predicted row : accuracy.predicted()) {
            for (Observation observation : row.observations()) {
                columns.row(
                        row.id(),
                        row.runtime(),
                        row.model(),
                        label(observation.quantity()),
                        figure(observation, observation.predicted()),
                        figure(observation, observation.measured()),
                        percent(observation.error()));
            }
        }
        columns.lines().forEach(line -> out.println("  " + line));
    }

    private static String figure(Observation observation, double value) {
        return switch (observation.quantity()) {
            case POOL_TOKENS -> String.format(Locale.ROOT, "%,.0f tokens", value);
            case DECODE_DENSE, DECODE_MIXTURE, PREFILL -> String.format(Locale.ROOT, "%,.1f t/s", value);
            case KV_CACHE, RECURRENT_STATE, WEIGHTS, COMPUTE, TOTAL, POOL, TRAINING_PEAK ->
                String.format(Locale.ROOT, "%,.2f MiB", value / MEBIBYTE);
        };
    }

    private static String orAll(String text) {
        return text.isEmpty() ? "all" : text;
    }

    private static String label(Observation.Quantity quantity) {
        return quantity.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String percent(OptionalDouble value) {
        return value.isPresent() ? percent(value.getAsDouble()) : "no measurements";
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.1f %%", value * 100);
    }
}
