package dev.weighbridge.planner.fit;

import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.MemoryPlan.CachePool;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Portion;
import dev.weighbridge.planner.memory.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A plan held against the memories of a machine.
///
/// @param placement where the model is put
/// @param workload what is asked of it
/// @param plan what it takes
/// @param uses of each device in order, and of main memory where anything lies there
public record Allocation(Placement placement, Workload workload, MemoryPlan plan, List<MemoryUse> uses) {
    /// Copies the list.
    public Allocation {
        uses = List.copyOf(uses);
    }

    /// The plan held against what a machine may give.
    static Allocation of(Placement placement, Workload workload, MemoryPlan plan, Machine machine, Budget budget) {
        List<MemoryUse> uses = new ArrayList<>();
        for (int i = 0; i < placement.devices().size(); i++) {
            uses.add(new MemoryUse(
                    i,
                    placement.devices().get(i).name(),
                    plan.on(i),
                    usable(plan, placement.devices().get(i), budget)));
        }
        long onHost = plan.on(Portion.HOST);
        if (onHost > 0 || placement.devices().isEmpty()) {
            uses.add(new MemoryUse(Portion.HOST, "main memory", onHost, usableOnHost(plan, machine, budget)));
        }
        return new Allocation(placement, workload, plan, uses);
    }

    /// A serving engine keeps to its share by itself: what it takes beside that is limited by the device alone.
    private static long usable(MemoryPlan plan, Device device, Budget budget) {
        return plan.cachePool().isPresent() ? device.visibleBytes() : budget.usable(device);
    }

    /// Memory that a GPU shares with its processor is limited as a whole, too.
    private static long usableOnHost(MemoryPlan plan, Machine machine, Budget budget) {
        if (machine.isUnified()) {
            long free = machine.devices().getFirst().memoryBytes() - budget.hostHeadroomBytes() - plan.on(0);
            return Math.max(0, free);
        }
        return machine.processor().map(budget::usableOnHost).orElse(Long.MAX_VALUE);
    }

    /// Whether every memory holds its part, and the pool of a serving engine the sequences asked for.
    public boolean fits() {
        return uses.stream().allMatch(MemoryUse::fits) && poolFits();
    }

    /// What is left: bytes of the tightest memory, or the share of sequences that a pool has room for beyond those
    /// asked; negative exactly where it does not fit.
    double spare() {
        if (plan.cachePool().isPresent()) {
            return poolFits() && !uses.stream().allMatch(MemoryUse::fits)
                    ? -1
                    : plan.cachePool().get().sequences() / workload.sequences() - 1;
        }
        return uses.stream().mapToDouble(MemoryUse::freeBytes).min().orElse(0);
    }

    private boolean poolFits() {
        Optional<CachePool> pool = plan.cachePool();
        return pool.isEmpty() || pool.get().sequences() >= workload.sequences();
    }

    /// Why it does not fit, in one sentence part; empty if it does.
    public Optional<Shortage> shortage() {
        Optional<MemoryUse> memory = uses.stream().filter(use -> !use.fits()).findFirst();
        if (memory.isPresent()) {
            return Optional.of(new Shortage.Memory(memory.get()));
        }
        return poolFits()
                ? Optional.empty()
                : plan.cachePool().map(pool -> new Shortage.Pool(pool, workload.sequences(), workload.context()));
    }

    /// What there is too little of.
    public sealed interface Shortage {
        /// A memory is too small.
        record Memory(MemoryUse use) implements Shortage {}

        /// The pool that is left for the cache holds fewer sequences than asked for.
        record Pool(CachePool pool, int sequences, long context) implements Shortage {}
    }
}
