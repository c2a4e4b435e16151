package dev.weighbridge.planner.catalogue;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A published result of a benchmark.
///
/// @param model the model's usual name in the catalogue
/// @param benchmark identifier of the benchmark (`gpqa-diamond`)
/// @param value as published: per cent right; for a word error rate, per cent wrong
/// @param mode whether the model wrote out its reasoning first
/// @param by who ran the benchmark
/// @param source where the value stands
/// @param date when it was published or read there (`2025-11`)
/// @param note what else was said of the run; null where nothing was
public record Score(
        String model,
        String benchmark,
        double value,
        Mode mode,
        By by,
        String source,
        String date,
        @Nullable String note) {
    /// Whether a model writes out its reasoning before it answers.
    public enum Mode {
        THINKING,
        DIRECT
    }

    /// Who ran a benchmark.
    public enum By {
        /// The publisher of the model.
        PUBLISHER,
        /// Someone else, all models alike.
        INDEPENDENT
    }

    /// What else was said of the run: version, metric, number of tries.
    public Optional<String> conditions() {
        return Optional.ofNullable(note);
    }
}
