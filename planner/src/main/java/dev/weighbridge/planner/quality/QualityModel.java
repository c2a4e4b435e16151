package dev.weighbridge.planner.quality;

import dev.weighbridge.planner.catalogue.ModelFacts;
import dev.weighbridge.planner.catalogue.Publications;
import dev.weighbridge.planner.catalogue.Score;
import dev.weighbridge.planner.catalogue.Score.Mode;
import dev.weighbridge.planner.quality.Quality.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Judges models at tasks by their published scores, and where there is none, by an estimate with its band.
public final class QualityModel {
    /// One in ten of a normal distribution lies above so many standard deviations.
    private static final double ONE_IN_TEN = 1.2816;

    private final Tasks tasks;
    private final ScoreModel scores;
    private final Map<String, Profile> profiles = new HashMap<>();

    private QualityModel(Tasks tasks, List<Profile> models) {
        this.tasks = tasks;
        this.scores = new ScoreModel(tasks, models);
        models.forEach(model -> profiles.put(model.name(), model));
    }

    /// Fitted to what has been published about the models of the catalogue.
    public static QualityModel of(Publications publications, Tasks tasks) {
        List<Profile> models = publications.facts().stream()
                .map(facts -> Profile.of(facts, publications.scores(facts.name())))
                .toList();
        return new QualityModel(tasks, models);
    }

    /// Fitted to these models.
    public static QualityModel of(List<Profile> models, Tasks tasks) {
        return new QualityModel(tasks, models);
    }

    /// The tasks it knows.
    public Tasks tasks() {
        return tasks;
    }

    /// How good a known model is at a task, thinking first where it can; empty where it is not made for
    /// the task or nothing can be told.
    public Optional<Quality> of(ModelFacts facts, Task task) {
        Profile profile = profiles.get(facts.name());
        return profile == null || !facts.tasks().contains(task.id())
                ? Optional.empty()
                : of(profile, task, profile.bestMode());
    }

    /// How good a model is at a task in a mode; empty where nothing can be told of one of the benchmarks.
    public Optional<Quality> of(Profile model, Task task, Mode mode) {
        List<Part> parts = new ArrayList<>();
        List<Spread> spreads = new ArrayList<>();
        for (Benchmark benchmark : task.benchmarks()) {
            Optional<ScoreModel.Reading> reading = scores.read(model, benchmark, mode);
            if (reading.isPresent()) {
                Part part = part(benchmark, reading.get());
                parts.add(part);
                spreads.add(new Spread(
                        part.value() - part.low(),
                        part.high() - part.value(),
                        part.score().isPresent()));
            }
        }
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        double value = parts.stream().mapToDouble(Part::value).average().orElseThrow();
        double below = ofMean(spreads.stream().map(Spread::below).toList(), spreads);
        double above = ofMean(spreads.stream().map(Spread::above).toList(), spreads);
        return Optional.of(new Quality(task, value, Math.max(0, value - below), Math.min(100, value + above), parts));
    }

    /// How far a part may be off, to either side.
    private record Spread(double below, double above, boolean isPublished) {}

    /// The half-width of a mean: errors of published parts are independent, those of estimated ones go
    /// together.
    private double ofMean(List<Double> widths, List<Spread> spreads) {
        double variance = 0;
        for (int i = 0; i < widths.size(); i++) {
            for (int j = 0; j < widths.size(); j++) {
                boolean both = !spreads.get(i).isPublished() && !spreads.get(j).isPublished();
                double together = i == j ? 1 : both ? scores.correlation() : 0;
                variance += together * widths.get(i) * widths.get(j);
            }
        }
        return Math.sqrt(variance) / widths.size();
    }

    private static Part part(Benchmark benchmark, ScoreModel.Reading reading) {
        double width = reading.deviation() * quantile(reading.freedom());
        return new Part(
                benchmark,
                benchmark.percentRightOf(reading.logOdds()),
                benchmark.percentRightOf(reading.logOdds() - width),
                benchmark.percentRightOf(reading.logOdds() + width),
                reading.score().orElse(null));
    }

    /// The 90 % quantile of Student's t, by the first term of its expansion (Abramowitz and Stegun 26.7.5).
    private static double quantile(int freedom) {
        double z = ONE_IN_TEN;
        return z + (z * z * z + z) / (4.0 * freedom);
    }

    /// The published scores of a known model, all benchmarks and modes.
    public List<Score> scores(String model) {
        Profile profile = profiles.get(model);
        return profile == null ? List.of() : profile.scores();
    }

    ScoreModel scoreModel() {
        return scores;
    }
}
