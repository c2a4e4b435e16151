package dev.weighbridge.planner.fit;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.precision.Precision;

/// Asks a runtime for one plan after the other about one model at one precision.
///
/// A limit (the largest context, the most layers) is searched for with such plans, so it holds for
/// whatever the runtime pads, rounds or adds; need only grows with each of these figures.
final class Trials {
    /// Runtimes round the cells of a cache up to whole pages; the largest page of any is this many.
    private static final long CONTEXT_STEP = 256;

    /// Where a model says no limit.
    private static final long LONGEST_CONTEXT = 1 << 20;

    private final Question question;
    private final StoredOnce precision;

    Trials(Question question, Precision precision) {
        this.question = question;
        this.precision = StoredOnce.of(precision);
    }

    /// The same model and precision on another machine.
    Trials on(Machine machine) {
        return new Trials(question.on(machine), precision);
    }

    Question question() {
        return question;
    }

    Precision precision() {
        return precision;
    }

    /// The placement that the question asks for.
    ///
    /// @throws UnsupportedException if the runtime cannot divide the model so
    Placement placement() {
        return question.layout()
                .place(question.runtime(), question.model(), question.machine().devices());
    }

    /// The plan of a placement and a workload, held against the machine.
    ///
    /// @throws UnsupportedException if the runtime cannot run it so
    Allocation allocate(Placement placement, Workload workload) {
        return Allocation.of(
                placement,
                workload,
                question.runtime().plan(question.model(), precision, workload, placement),
                question.machine(),
                question.budget());
    }

    /// Whether the runtime can run it so, and it fits. What the layers alone make too large is not planned
    /// at all.
    boolean fits(Placement placement, Workload workload) {
        if (isBeyond(placement)) {
            return false;
        }
        try {
            return allocate(placement, workload).fits();
        } catch (UnsupportedException _) {
            return false;
        }
    }

    /// Whether it fits as the question asks for it.
    boolean fits() {
        try {
            return fits(placement(), question.workload());
        } catch (UnsupportedException _) {
            return false;
        }
    }

    /// Whether the weights of the layers take more than the devices that are to hold all of them have.
    private boolean isBeyond(Placement placement) {
        if (placement.devices().isEmpty()
                || placement.offloadedLayers() != Placement.ALL
                || placement.hostExpertLayers() > 0) {
            return false;
        }
        long usable = placement.devices().stream()
                .mapToLong(device -> Math.max(question.budget().usable(device), 0))
                .sum();
        return precision.layerBytes(question.model()) > usable;
    }

    /// The least number of the devices, from the first on, that can hold the weights of the layers.
    int fewestDevices() {
        long left = precision.layerBytes(question.model());
        int count = 0;
        for (var device : question.machine().devices()) {
            if (left <= 0) {
                break;
            }
            left -= question.budget().usable(device);
            count++;
        }
        return Math.max(1, count);
    }

    /// The largest context that fits, at most the model's own, in whole pages below it; 0 for none.
    long largestContext(Placement placement) {
        if (isBeyond(placement)) {
            return 0;
        }
        long limit = contextLimit(question.model());
        long step = Math.min(CONTEXT_STEP, limit);
        Workload asked = question.workload();
        return Math.min(
                limit,
                step
                        * Search.largest(
                                1,
                                Math.ceilDiv(limit, step),
                                pages -> spare(placement, asked.withContext(Math.min(limit, pages * step)))));
    }

    /// Bytes that the tightest memory has left, or sequences that a pool has room for beyond those asked;
    /// negative where it does not fit or the runtime cannot run it so.
    private double spare(Placement placement, Workload workload) {
        try {
            return allocate(placement, workload).spare();
        } catch (UnsupportedException _) {
            return Double.NEGATIVE_INFINITY;
        }
    }

    /// Tokens that a sequence of the model may have.
    static long contextLimit(Anatomy model) {
        return Math.max(1, model.contextLength().orElse(LONGEST_CONTEXT));
    }

    /// The most layers on the devices that fit; -1 where not even none does.
    int mostLayers(Placement placement) {
        return (int) Search.largest(
                0, layerCount(), layers -> spare(placement.offloading((int) layers), question.workload()));
    }

    /// The fewest layers whose experts in main memory make it fit; more than there are where not even all do.
    int fewestExpertLayers(Placement placement) {
        int layers = layerCount() - 1;
        return layers
                - (int) Search.largest(
                        0,
                        layers - 1,
                        onDevices -> spare(placement.expertsOnHost(layers - (int) onDevices), question.workload()));
    }

    /// Layers of the model, the output layer being one.
    int layerCount() {
        return question.model().textLayers().size() + 1;
    }
}
