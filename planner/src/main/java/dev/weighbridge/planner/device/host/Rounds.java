package dev.weighbridge.planner.device.host;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Runs the same work on all threads again and again, and times each round.
final class Rounds {
    private Rounds() {}

    /// Rounds a second at the best, within a time, after the compiler has had a third of it.
    ///
    /// @param works what each thread does in a round; a result is taken so that no compiler may leave
    ///     the work out
    static double best(List<? extends Callable<Long>> works, Duration time) {
        long start = System.nanoTime();
        long least = Long.MAX_VALUE;
        try (ExecutorService threads = Executors.newFixedThreadPool(works.size())) {
            long elapsed = 0;
            while (elapsed < time.toNanos() || least == Long.MAX_VALUE) {
                long before = System.nanoTime();
                for (Future<Long> result : threads.invokeAll(works)) {
                    result.get();
                }
                long after = System.nanoTime();
                if (elapsed > time.toNanos() / 3) {
                    least = Math.min(least, Math.max(1, after - before));
                }
                elapsed = after - start;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the measurement was interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        return 1e9 / least;
    }
}
