package dev.weighbridge.cli.compare;

import dev.weighbridge.planner.pick.Site;
import dev.weighbridge.planner.quality.Quality;
import dev.weighbridge.planner.quality.Task;
import java.util.List;
import java.util.Optional;

/// Models side by side on one machine.
///
/// @param models in the order asked
/// @param site where they run
/// @param tasks at which they are judged
/// @param task the one that charts show
record Comparison(List<Compared> models, Site site, List<Task> tasks, Task task) {
    /// Copies the lists.
    Comparison {
        models = List.copyOf(models);
        tasks = List.copyOf(tasks);
    }

    /// The best at a task; empty where two bands overlap at the top or fewer than two can be judged.
    Optional<Compared> winner(Task judged) {
        List<Compared> ranked = models.stream()
                .filter(model -> model.quality(judged).isPresent())
                .sorted((a, b) -> Double.compare(value(b, judged), value(a, judged)))
                .toList();
        if (ranked.size() < 2) {
            return Optional.empty();
        }
        Quality first = ranked.get(0).quality(judged).orElseThrow();
        Quality second = ranked.get(1).quality(judged).orElseThrow();
        return first.isTieWith(second) ? Optional.empty() : Optional.of(ranked.getFirst());
    }

    private static double value(Compared model, Task task) {
        return model.quality(task).map(Quality::value).orElse(0.0);
    }
}
