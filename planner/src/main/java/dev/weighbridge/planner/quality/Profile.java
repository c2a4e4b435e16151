package dev.weighbridge.planner.quality;

import dev.weighbridge.planner.catalogue.ModelFacts;
import dev.weighbridge.planner.catalogue.Score;
import dev.weighbridge.planner.catalogue.Score.Mode;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// What the quality of a model is judged by.
///
/// @param name the model's usual name
/// @param parameterCount all parameters
/// @param activeParameterCount those that one token meets
/// @param year of release with its fraction; null where unknown
/// @param thinks whether it can write out its reasoning first
/// @param scores published results
public record Profile(
        String name,
        long parameterCount,
        long activeParameterCount,
        @Nullable Double year,
        boolean thinks,
        List<Score> scores) {
    /// Copies the list and checks the counts.
    public Profile {
        scores = List.copyOf(scores);
        if (parameterCount < 1 || activeParameterCount < 1) {
            throw new IllegalArgumentException(name + ": a model has parameters");
        }
    }

    /// The profile of a model of the catalogue.
    public static Profile of(ModelFacts facts, List<Score> scores) {
        return new Profile(
                facts.name(),
                facts.parameterCount(),
                facts.activeParameterCount(),
                facts.releaseYear().orElse(null),
                facts.thinks(),
                scores);
    }

    /// Year of release with its fraction, where known.
    public OptionalDouble releaseYear() {
        return year == null ? OptionalDouble.empty() : OptionalDouble.of(year);
    }

    /// The way of answering in which it does best: with its reasoning written out, where it can.
    public Mode bestMode() {
        return thinks ? Mode.THINKING : Mode.DIRECT;
    }
}
