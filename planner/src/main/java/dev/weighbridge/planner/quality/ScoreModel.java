package dev.weighbridge.planner.quality;

import dev.weighbridge.planner.catalogue.Score;
import dev.weighbridge.planner.catalogue.Score.By;
import dev.weighbridge.planner.catalogue.Score.Mode;
import dev.weighbridge.planner.quality.ScoreRegression.Observation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// Tells a model's score at a benchmark: as published, or estimated from what the model is and from its
/// other scores.
///
/// **Published.** A score that someone else ran is taken as it is; its band is what the number of
/// questions leaves. A publisher's own score is shifted by what publishers' scores exceed others' of the
/// same model, benchmark and mode on average, and its band holds how much that differs.
///
/// **Estimated.** [ScoreRegression] gives the score that models of that size and date have. A model that
/// does better than that at other benchmarks does so at this one, too: with `k` standardized residuals
/// of mean `r` and a correlation `ρ` between benchmarks, the expected residual is `kρr / (1+(k-1)ρ)` and
/// its variance `1 - kρ² / (1+(k-1)ρ)`, the best linear prediction under equal correlation (Henderson,
/// Biometrics 31, 1975). `ρ` is fitted, too.
final class ScoreModel {
    private final Tasks tasks;
    private final Map<String, ScoreRegression> regressions = new HashMap<>();
    private final double publisherShift;
    private final double publisherDeviation;
    private final double correlation;

    /// Fitted to the scores of these models.
    ScoreModel(Tasks tasks, List<Profile> models) {
        this.tasks = tasks;
        List<Double> shifts = publisherShifts(models);
        this.publisherShift = mean(shifts);
        this.publisherDeviation = deviation(shifts, publisherShift);
        Map<String, List<Observation>> observations = new HashMap<>();
        for (Profile model : models) {
            for (Score score : model.scores()) {
                tasks.benchmark(score.benchmark())
                        .ifPresent(benchmark -> observations
                                .computeIfAbsent(benchmark.id(), _ -> new ArrayList<>())
                                .add(new Observation(model, score.mode(), comparable(benchmark, score))));
            }
        }
        observations.forEach((id, seen) -> ScoreRegression.fit(seen).ifPresent(fit -> regressions.put(id, fit)));
        this.correlation = Math.clamp(correlation(models), 0, 0.95);
    }

    /// A score in log odds with its standard deviation.
    ///
    /// @param score the published one that it is; null where it is estimated
    record Reading(double logOdds, double deviation, int freedom, Optional<Score> score) {}

    /// The score of a model at a benchmark; empty where none is published and none can be estimated.
    Optional<Reading> read(Profile model, Benchmark benchmark, Mode mode) {
        Optional<Score> published = published(model, benchmark, mode);
        return published.isPresent()
                ? Optional.of(asPublished(benchmark, published.get()))
                : estimate(model, benchmark, mode);
    }

    /// How much of what one benchmark says of a model beyond its size and date another says, too.
    double correlation() {
        return correlation;
    }

    /// By how much publishers' own scores exceed others', in log odds.
    double publisherShift() {
        return publisherShift;
    }

    private static Optional<Score> published(Profile model, Benchmark benchmark, Mode mode) {
        List<Score> scores = model.scores().stream()
                .filter(score -> score.benchmark().equals(benchmark.id()) && score.mode() == mode)
                .toList();
        return scores.stream()
                .filter(score -> score.by() == By.INDEPENDENT)
                .findFirst()
                .or(() -> scores.stream().findFirst());
    }

    private Reading asPublished(Benchmark benchmark, Score score) {
        double percent = benchmark.percentRight(score.value());
        double sampling = benchmark.samplingDeviation(percent);
        double inLogOdds = (benchmark.logOdds(percent + sampling) - benchmark.logOdds(percent - sampling)) / 2;
        double deviation = score.by() == By.PUBLISHER ? Math.hypot(inLogOdds, publisherDeviation) : inLogOdds;
        return new Reading(comparable(benchmark, score), deviation, Integer.MAX_VALUE, Optional.of(score));
    }

    /// The estimate alone, whatever is published at this benchmark.
    Optional<Reading> estimate(Profile model, Benchmark benchmark, Mode mode) {
        ScoreRegression regression = regressions.get(benchmark.id());
        if (regression == null || regression.at(model, mode).isEmpty()) {
            return Optional.empty();
        }
        List<Double> others = new ArrayList<>(residuals(model, benchmark.id()).values());
        double count = others.size();
        double weight = count * correlation / (1 + (count - 1) * correlation);
        double left = others.isEmpty() ? 1 : 1 - weight * correlation;
        double residual = others.isEmpty() ? 0 : weight * mean(others);
        double expected = regression.at(model, mode).getAsDouble() + residual * regression.deviation();
        double deviation = regression.deviation() * Math.sqrt(left + regression.leverage(model, mode));
        return Optional.of(new Reading(expected, deviation, regression.freedom(), Optional.empty()));
    }

    /// Log odds of a published score as if someone else had run it.
    private double comparable(Benchmark benchmark, Score score) {
        double logOdds = benchmark.logOdds(benchmark.percentRight(score.value()));
        return score.by() == By.PUBLISHER ? logOdds - publisherShift : logOdds;
    }

    /// Standardized residuals of a model by benchmark, the mean over modes and runs.
    private Map<String, Double> residuals(Profile model, String leftOut) {
        Map<String, List<Double>> all = new LinkedHashMap<>();
        for (Score score : model.scores()) {
            ScoreRegression regression = regressions.get(score.benchmark());
            if (regression != null && !score.benchmark().equals(leftOut)) {
                OptionalDouble expected = regression.at(model, score.mode());
                Benchmark benchmark = tasks.benchmark(score.benchmark()).orElseThrow();
                expected.ifPresent(value -> all.computeIfAbsent(score.benchmark(), _ -> new ArrayList<>())
                        .add((comparable(benchmark, score) - value) / regression.deviation()));
            }
        }
        Map<String, Double> means = new LinkedHashMap<>();
        all.forEach((benchmark, values) -> means.put(benchmark, mean(values)));
        return means;
    }

    private double correlation(List<Profile> models) {
        double products = 0;
        double pairs = 0;
        for (Profile model : models) {
            List<Double> values = List.copyOf(residuals(model, "").values());
            for (int i = 0; i < values.size(); i++) {
                for (int j = 0; j < i; j++) {
                    products += values.get(i) * values.get(j) / values.size();
                    pairs += 1.0 / values.size();
                }
            }
        }
        return pairs == 0 ? 0 : products / pairs;
    }

    private List<Double> publisherShifts(List<Profile> models) {
        List<Double> shifts = new ArrayList<>();
        for (Profile model : models) {
            for (Score own : model.scores()) {
                Optional<Benchmark> benchmark = tasks.benchmark(own.benchmark());
                if (own.by() == By.PUBLISHER && benchmark.isPresent()) {
                    model.scores().stream()
                            .filter(other -> other.by() == By.INDEPENDENT
                                    && other.mode() == own.mode()
                                    && other.benchmark().equals(own.benchmark()))
                            .findFirst()
                            .ifPresent(other ->
                                    shifts.add(logOdds(benchmark.get(), own) - logOdds(benchmark.get(), other)));
                }
            }
        }
        return shifts;
    }

    private static double logOdds(Benchmark benchmark, Score score) {
        return benchmark.logOdds(benchmark.percentRight(score.value()));
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }

    private static double deviation(List<Double> values, double mean) {
        return Math.sqrt(values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .average()
                .orElse(0));
    }
}
