package dev.weighbridge.cli.compare;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.catalogue.ModelFacts;
import dev.weighbridge.planner.fit.Answer;
import dev.weighbridge.planner.fit.Price;
import dev.weighbridge.planner.pick.Placed;
import dev.weighbridge.planner.quality.Quality;
import dev.weighbridge.planner.quality.Task;
import dev.weighbridge.planner.speed.SpeedEstimate;
import dev.weighbridge.planner.speed.SpeedEstimate.Rate;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One of the models that are compared.
///
/// @param name as the user gave it
/// @param model what it is
/// @param published what its publisher says; null where it is not known
/// @param place where it runs and how; null where the runtime cannot run it
/// @param maxContext the largest context there; 0 for none
/// @param qualities by task, after what the precision costs
record Compared(
        String name,
        Anatomy model,
        @Nullable ModelFacts published,
        @Nullable Placed place,
        long maxContext,
        Map<Task, Quality> qualities) {
    /// Copies the map.
    Compared {
        qualities = Map.copyOf(qualities);
    }

    Optional<ModelFacts> facts() {
        return Optional.ofNullable(published);
    }

    Optional<Placed> placed() {
        return Optional.ofNullable(place);
    }

    /// The answer where it fits.
    Optional<Answer> running() {
        return placed().map(Placed::answer).filter(answer -> answer.verdict().isYes());
    }

    Optional<Rate> decode() {
        return running().flatMap(Answer::speed).map(SpeedEstimate::decode);
    }

    Optional<Price> price() {
        return running().flatMap(Answer::cost);
    }

    Optional<Quality> quality(Task task) {
        return Optional.ofNullable(qualities.get(task));
    }

    /// Bytes that it takes, where the runtime can run it, whether they fit or not.
    Optional<Long> bytes() {
        return placed().flatMap(placed -> placed.answer().allocation())
                .map(allocation -> allocation.plan().total());
    }
}
