package dev.weighbridge.planner.quality;

import dev.weighbridge.planner.catalogue.Score;
import dev.weighbridge.planner.figure.Basis;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How good a model is at a task: the mean of its scores at the task's benchmarks, per cent right, as an
/// independent tester would find them.
///
/// @param task what it is about
/// @param value the mean
/// @param low one in ten is below
/// @param high one in ten is above
/// @param parts the benchmarks it rests on
public record Quality(Task task, double value, double low, double high, List<Part> parts) {
    /// One benchmark of a task.
    ///
    /// @param benchmark which
    /// @param value per cent right, a publisher's own score made comparable with others'
    /// @param low one in ten is below
    /// @param high one in ten is above
    /// @param published the score it rests on; null where it is estimated
    public record Part(
            Benchmark benchmark,
            double value,
            double low,
            double high,
            @Nullable Score published) {
        /// The published score it rests on.
        public Optional<Score> score() {
            return Optional.ofNullable(published);
        }
    }

    /// Copies the list.
    public Quality {
        parts = List.copyOf(parts);
    }

    /// How many of the benchmarks are published for the model.
    public int publishedCount() {
        return (int) parts.stream().filter(part -> part.score().isPresent()).count();
    }

    /// Published where all benchmarks are, else estimated.
    public Basis basis() {
        return publishedCount() == parts.size() ? Basis.PUBLISHED : Basis.ESTIMATED;
    }

    /// Whether the bands overlap, so that which is better cannot be told.
    public boolean isTieWith(Quality other) {
        return low <= other.high && other.low <= high;
    }

    /// The quality after a loss of so many points, the bands added in quadrature.
    public Quality less(QuantizationLoss.Loss loss) {
        double lost = Math.max(0, value - loss.points());
        double below = Math.hypot(value - low, loss.high() - loss.points());
        double above = Math.hypot(high - value, loss.points() - loss.low());
        return new Quality(task, lost, Math.max(0, lost - below), Math.min(100, lost + above), parts);
    }
}
