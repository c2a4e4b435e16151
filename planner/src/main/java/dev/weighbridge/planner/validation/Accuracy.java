package dev.weighbridge.planner.validation;

import dev.weighbridge.planner.validation.Observation.Quantity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// How close the plans of a table came: what is said of the outcomes of its rows.
///
/// @param outcomes in the order of the table
public record Accuracy(List<Outcome> outcomes) {
    /// 64 MiB: below it a wrong compute buffer changes no decision.
    private static final double SMALL_BUFFER = 64 * 1024.0 * 1024;

    /// Copies the list.
    public Accuracy {
        outcomes = List.copyOf(outcomes);
    }

    /// The distribution of relative errors.
    ///
    /// @param count observations
    /// @param median of the absolute errors
    /// @param ninetieth percentile of the absolute errors
    /// @param mean of the absolute errors
    /// @param bias median of the signed errors; negative where predictions are too low
    /// @param tooLow fraction more than 3 % too low: on a device these run out of memory
    /// @param tooHigh fraction more than 3 % too high: these waste memory
    public record Errors(
            int count, double median, double ninetieth, double mean, double bias, double tooLow, double tooHigh) {
        static Errors of(double[] signed) {
            double[] sorted = Arrays.stream(signed).map(Math::abs).sorted().toArray();
            double[] ordered = signed.clone();
            Arrays.sort(ordered);
            return new Errors(
                    signed.length,
                    quantile(sorted, 0.5),
                    quantile(sorted, 0.9),
                    Arrays.stream(sorted).average().orElse(0),
                    quantile(ordered, 0.5),
                    fraction(signed, error -> error < -0.03),
                    fraction(signed, error -> error > 0.03));
        }

        private static double fraction(double[] errors, java.util.function.DoublePredicate condition) {
            return (double) Arrays.stream(errors).filter(condition).count() / errors.length;
        }
    }

    /// What a group of rows has in common.
    ///
    /// @param quantity what was measured
    /// @param runtime that ran them; empty for all together
    /// @param architecture of the models; empty for all together
    public record Group(Quantity quantity, String runtime, String architecture) {}

    /// Rows that were predicted.
    public List<Outcome.Predicted> predicted() {
        return outcomes.stream()
                .filter(Outcome.Predicted.class::isInstance)
                .map(Outcome.Predicted.class::cast)
                .toList();
    }

    /// Rows that lack what a prediction needs.
    public List<Outcome.Skipped> skipped() {
        return outcomes.stream()
                .filter(Outcome.Skipped.class::isInstance)
                .map(Outcome.Skipped.class::cast)
                .toList();
    }

    /// The agreed figures, as fractions; a figure that the table has no measurement for is left empty.
    public Map<String, OptionalDouble> metrics() {
        Map<String, OptionalDouble> metrics = new LinkedHashMap<>();
        metrics.put("kv_within_1pct", share(cacheAndState(), Accuracy::isWithinOnePercent));
        metrics.put("weights_within_1pct", share(of(Quantity.WEIGHTS), Accuracy::isWithinOnePercent));
        metrics.put("compute_within_25pct", share(of(Quantity.COMPUTE), Accuracy::isComputeClose));
        metrics.put("total_median_error", errors(of(Quantity.TOTAL), Errors::median));
        metrics.put("total_p90_error", errors(of(Quantity.TOTAL), Errors::ninetieth));
        metrics.put("total_under_3pct", errors(of(Quantity.TOTAL), Errors::tooLow));
        metrics.put("vllm_pool_mean_error", errors(of(Quantity.POOL), Errors::mean));
        metrics.put("decode_dense_median_error", errors(of(Quantity.DECODE_DENSE), Errors::median));
        metrics.put("decode_moe_median_error", errors(of(Quantity.DECODE_MIXTURE), Errors::median));
        metrics.put("prefill_median_error", errors(of(Quantity.PREFILL), Errors::median));
        metrics.put("band_coverage", share(banded(), Observation::isInBand));
        return metrics;
    }

    /// The distribution of errors by quantity, by quantity and runtime, and by quantity, runtime and architecture.
    public Map<Group, Errors> distribution() {
        Map<Group, List<Double>> errors = new LinkedHashMap<>();
        for (Outcome.Predicted row : predicted()) {
            for (Observation observation : row.observations()) {
                for (Group group : groups(observation, row)) {
                    errors.computeIfAbsent(group, _ -> new ArrayList<>()).add(observation.error());
                }
            }
        }
        Map<Group, Errors> distribution = new LinkedHashMap<>();
        errors.forEach((group, signed) -> distribution.put(group, Errors.of(array(signed))));
        return distribution;
    }

    /// What the rules of thumb make of the same rows: errors by quantity and rule, beside the plan's own on the rows
    /// that
    /// the rule speaks of.
    public Map<Quantity, Map<String, List<Errors>>> rules() {
        Map<Quantity, Map<String, List<Errors>>> rules = new LinkedHashMap<>();
        for (Quantity quantity : Quantity.values()) {
            List<Observation> observations = of(quantity).toList();
            observations.stream()
                    .flatMap(observation -> observation.rules().keySet().stream())
                    .distinct()
                    .sorted()
                    .forEach(rule -> rules.computeIfAbsent(quantity, _ -> new LinkedHashMap<>())
                            .put(rule, beside(observations, rule)));
        }
        return rules;
    }

    private static List<Errors> beside(List<Observation> observations, String rule) {
        List<Observation> spoken = observations.stream()
                .filter(observation -> observation.rules().containsKey(rule))
                .toList();
        double[] ofRule = spoken.stream()
                .mapToDouble(
                        observation -> observation.errorOf(observation.rules().getOrDefault(rule, 0.0)))
                .toArray();
        double[] ofPlan = spoken.stream().mapToDouble(Observation::error).toArray();
        return List.of(Errors.of(ofRule), Errors.of(ofPlan));
    }

    private static List<Group> groups(Observation observation, Outcome.Predicted row) {
        return List.of(
                new Group(observation.quantity(), "", ""),
                new Group(observation.quantity(), row.runtime(), ""),
                new Group(observation.quantity(), row.runtime(), row.architecture()));
    }

    private Stream<Observation> observations() {
        return predicted().stream().flatMap(row -> row.observations().stream());
    }

    private Stream<Observation> of(Quantity quantity) {
        return observations().filter(observation -> observation.quantity() == quantity);
    }

    private Stream<Observation> cacheAndState() {
        return observations()
                .filter(observation -> observation.quantity() == Quantity.KV_CACHE
                        || observation.quantity() == Quantity.RECURRENT_STATE);
    }

    private Stream<Observation> banded() {
        return observations().filter(Observation::hasBand);
    }

    private static boolean isWithinOnePercent(Observation observation) {
        return Math.abs(observation.error()) <= 0.01;
    }

    private static boolean isComputeClose(Observation observation) {
        return Math.abs(observation.error()) <= 0.25
                || Math.abs(observation.predicted() - observation.measured()) <= SMALL_BUFFER;
    }

    private static OptionalDouble share(
            Stream<Observation> observations, java.util.function.Predicate<Observation> condition) {
        return observations
                .mapToDouble(observation -> condition.test(observation) ? 1 : 0)
                .average();
    }

    private static OptionalDouble errors(Stream<Observation> observations, ToDoubleFunction<Errors> figure) {
        double[] signed = observations.mapToDouble(Observation::error).toArray();
        return signed.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(figure.applyAsDouble(Errors.of(signed)));
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /// Linear between order statistics.
    private static double quantile(double[] sorted, double probability) {
        if (sorted.length == 0) {
            return 0;
        }
        double position = probability * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
