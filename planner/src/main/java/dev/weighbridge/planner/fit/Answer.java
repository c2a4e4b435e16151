package dev.weighbridge.planner.fit;

import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.speed.SpeedEstimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is said about a model at one precision.
///
/// @param precision how the weights are stored
/// @param verdict whether it fits
/// @param allocated what lies where; null where the runtime cannot run it so
/// @param maxContext largest number of tokens a sequence may have, at most the model's own limit; 0 for none
/// @param estimate how fast it is; null where it does not run or no speed can be told
/// @param price what it costs; null where there is no speed or no price of a device is known
/// @param remedies what would make it fit; empty where it does
public record Answer(
        Precision precision,
        Verdict verdict,
        @Nullable Allocation allocated,
        long maxContext,
        @Nullable SpeedEstimate estimate,
        @Nullable Price price,
        List<Remedy> remedies) {
    /// Copies the list.
    public Answer {
        remedies = List.copyOf(remedies);
    }

    /// What lies where, unless the runtime cannot run it so.
    public Optional<Allocation> allocation() {
        return Optional.ofNullable(allocated);
    }

    /// How fast it is, where that can be told.
    public Optional<SpeedEstimate> speed() {
        return Optional.ofNullable(estimate);
    }

    /// What it costs, where that can be told.
    public Optional<Price> cost() {
        return Optional.ofNullable(price);
    }

    /// The same with a further remedy, the first to try.
    Answer withRemedy(Remedy first) {
        List<Remedy> all = new ArrayList<>();
        all.add(first);
        all.addAll(remedies);
        return new Answer(precision, verdict, allocated, maxContext, estimate, price, all);
    }
}
