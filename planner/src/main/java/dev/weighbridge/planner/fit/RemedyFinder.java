package dev.weighbridge.planner.fit;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.fit.Layout.Division;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Portion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Looks for changes that would make a model fit that does not: each is tried on the runtime's own plan
/// before it is said.
final class RemedyFinder {
    /// Types that a cache may be kept in instead, the most exact first; a runtime refuses those it does not
    /// know.
    private static final List<DataType> CACHE_TYPES = List.of(DataType.Q8_0, DataType.F8_E4M3, DataType.Q4_0);

    /// A rack holds 72; beyond two of them a planner for clusters is asked.
    private static final int MOST_DEVICES = 144;

    private final List<Device> known;

    /// @param known devices that may be named instead, the smallest first
    RemedyFinder(List<Device> known) {
        this.known = List.copyOf(known);
    }

    /// What would make it fit, all else being equal.
    ///
    /// @param trials of the question that got a no
    /// @param refused the placement that did not fit
    /// @param needed bytes of the plan that did not fit, all memories together
    List<Remedy> find(Trials trials, Placement refused, long needed) {
        List<Remedy> remedies = new ArrayList<>();
        Consumer<Remedy> add = remedies::add;
        smallerContext(trials, refused).ifPresent(add);
        smallerCache(trials, refused).ifPresent(add);
        offload(trials, refused).ifPresent(add);
        moreDevices(trials, needed).ifPresent(add);
        otherDevice(trials, needed).ifPresent(add);
        return remedies;
    }

    private static Optional<Remedy> smallerContext(Trials trials, Placement placement) {
        long tokens = trials.largestContext(placement);
        return tokens > 0 && tokens < trials.question().workload().context()
                ? Optional.of(new Remedy.SmallerContext(tokens))
                : Optional.empty();
    }

    private static Optional<Remedy> smallerCache(Trials trials, Placement placement) {
        var workload = trials.question().workload();
        return CACHE_TYPES.stream()
                .filter(type -> type.bitsPerElement() < workload.keyType().bitsPerElement())
                .filter(type -> trials.fits(placement, workload.withCache(type, type)))
                .findFirst()
                .map(Remedy.CacheOf::new);
    }

    /// Experts first: they are most of a mixture and the least of its work for one token.
    private static Optional<Remedy> offload(Trials trials, Placement placement) {
        Machine machine = trials.question().machine();
        if (!trials.question().layout().mayOffload() || machine.devices().isEmpty() || machine.isUnified()) {
            return Optional.empty();
        }
        return Offload.find(trials, placement).map(found -> {
            MemoryPlan plan = found.allocation().plan();
            long hostBytes = plan.on(Portion.HOST);
            return found.hostExpertLayers() > 0
                    ? new Remedy.ExpertsOnHost(found.hostExpertLayers(), hostBytes)
                    : new Remedy.OffloadLayers(found.deviceLayers(), trials.layerCount(), hostBytes);
        });
    }

    private static Optional<Remedy> moreDevices(Trials trials, long needed) {
        Question question = trials.question();
        Machine machine = question.machine();
        if (machine.devices().isEmpty() || !machine.isUniform()) {
            return Optional.empty();
        }
        Device device = machine.devices().getFirst();
        long usable = question.budget().usable(device);
        if (device.kind() != Device.Kind.ACCELERATOR || usable == 0) {
            return Optional.empty();
        }
        long least = Math.max(machine.devices().size() + 1L, needed / usable);
        for (long count = least; count <= MOST_DEVICES; count++) {
            Trials tried = trials.on(new Machine(java.util.Collections.nCopies((int) count, device), machine.host()));
            if (isDivisible(tried, (int) count) && tried.fits()) {
                return Optional.of(new Remedy.MoreDevices(
                        device, (int) count, tried.placement().split()));
            }
        }
        return Optional.empty();
    }

    /// Asked before a plan is, which costs more.
    private static boolean isDivisible(Trials trials, int count) {
        Question question = trials.question();
        return question.layout().division() != Division.AUTO
                || question.runtime().split(question.model(), count).isPresent();
    }

    private Optional<Remedy> otherDevice(Trials trials, long needed) {
        Budget budget = trials.question().budget();
        for (Device device : known) {
            if (budget.usable(device) >= needed / 2) {
                try {
                    if (trials.on(Machine.of(device, 1)).fits()) {
                        return Optional.of(new Remedy.OtherDevice(device));
                    }
                } catch (UnsupportedException _) {
                    // this device is none that would do
                }
            }
        }
        return Optional.empty();
    }
}
