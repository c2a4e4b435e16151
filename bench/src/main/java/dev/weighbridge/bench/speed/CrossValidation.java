package dev.weighbridge.bench.speed;

import dev.weighbridge.planner.speed.Law;
import dev.weighbridge.planner.speed.Laws.Subject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Predicts each sample by a law fitted to the others of which none shares a group with it.
final class CrossValidation {
    private static final int FOLDS = 16;
    private static final long SEED = 20261122;

    private final Subject subject;
    private final List<Sample> samples;

    CrossValidation(Subject subject, List<Sample> samples) {
        this.subject = subject;
        this.samples = samples;
    }

    /// Predicted logarithms of seconds, in the order of the samples.
    ///
    /// @param group what a fold must not share with the rest
    double[] predict(Function<Sample, String> group) {
        List<String> groups = samples.stream().map(group).distinct().sorted().collect(Collectors.toList());
        Collections.shuffle(groups, new Random(SEED));
        Map<String, Integer> folds = new HashMap<>();
        for (int i = 0; i < groups.size(); i++) {
            folds.put(groups.get(i), i % FOLDS);
        }
        double[] predicted = new double[samples.size()];
        for (int fold = 0; fold < Math.min(FOLDS, groups.size()); fold++) {
            List<Sample> others = new ArrayList<>();
            for (Sample sample : samples) {
                if (folds.getOrDefault(group.apply(sample), -1) != fold) {
                    others.add(sample);
                }
            }
            Law law = new Law(fit(subject, others), Map.of());
            for (int i = 0; i < samples.size(); i++) {
                if (folds.getOrDefault(group.apply(samples.get(i)), -1) == fold) {
                    predicted[i] = Math.log(law.seconds(samples.get(i).terms()));
                }
            }
        }
        return predicted;
    }

    /// Coefficients of those samples, with what is assumed of features that none of them has.
    static Map<String, Double> fit(Subject subject, List<Sample> samples) {
        Priors priors = Priors.of(subject);
        Map<String, Double> coefficients = new HashMap<>(priors.means());
        coefficients.putAll(new LawFit(Weighting.weigh(samples), priors::of).solve());
        return coefficients;
    }
}
