package dev.weighbridge.planner.memory;

import dev.weighbridge.planner.figure.Basis;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The memory of a model in a runtime: what lies where.
///
/// @param portions every part; a component may have several on one device
/// @param pool the cache that a serving engine fills its budget with; null for a runtime that allocates what was asked
/// @param warnings what the user should know (context beyond the model's own, a setting the runtime ignores)
public record MemoryPlan(List<Portion> portions, @Nullable CachePool pool, List<String> warnings) {
    /// A cache as large as the budget leaves room for.
    ///
    /// @param bytes for each device
    /// @param tokens that fit, all sequences together
    /// @param sequences of the asked context that fit at a time
    public record CachePool(long bytes, long tokens, double sequences) {}

    /// Copies the lists.
    public MemoryPlan {
        portions = List.copyOf(portions);
        warnings = List.copyOf(warnings);
    }

    /// A plan without a pool.
    public static MemoryPlan of(List<Portion> portions, List<String> warnings) {
        return new MemoryPlan(portions, null, warnings);
    }

    /// The pool of a serving engine.
    public Optional<CachePool> cachePool() {
        return Optional.ofNullable(pool);
    }

    /// Bytes of a component, everywhere.
    public long of(Component component) {
        return portions.stream()
                .filter(portion -> portion.component() == component)
                .mapToLong(Portion::bytes)
                .sum();
    }

    /// Bytes of a component on one device, or in main memory for [Portion#HOST].
    public long of(Component component, int device) {
        return portions.stream()
                .filter(portion -> portion.component() == component && portion.device() == device)
                .mapToLong(Portion::bytes)
                .sum();
    }

    /// Bytes of a component on all devices, main memory left out.
    public long onDevices(Component component) {
        return of(component) - of(component, Portion.HOST);
    }

    /// All bytes on one device, or in main memory for [Portion#HOST].
    public long on(int device) {
        return portions.stream()
                .filter(portion -> portion.device() == device)
                .mapToLong(Portion::bytes)
                .sum();
    }

    /// All bytes, everywhere.
    public long total() {
        return portions.stream().mapToLong(Portion::bytes).sum();
    }

    /// What the figure of a component rests on.
    public Basis basis(Component component) {
        return Basis.weakest(portions.stream()
                .filter(portion -> portion.component() == component && portion.bytes() > 0)
                .map(Portion::basis)
                .toList());
    }
}
