package dev.weighbridge.planner.fit;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.precision.Precision;
import java.util.function.IntPredicate;
import java.util.function.LongPredicate;

/// Asks a runtime for one plan after the other about one model at one precision.
///
/// A limit (the largest context, the most layers) is found by bisection over such plans, so it holds for
/// whatever the runtime pads, rounds or adds; need only grows with each of these figures.
final class Trials {
    /// Runtimes round the cells of a cache up to whole pages; the largest page of any is this many.
    private static final long CONTEXT_STEP = 256;

    /// Where a model says no limit.
    private static final long LONGEST_CONTEXT = 1 << 20;

    private final Question question;
    private final Precision precision;

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

    /// Whether the runtime can run it so, and it fits.
    boolean fits(Placement placement, Workload workload) {
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

    /// The largest context that fits, at most the model's own, in whole pages below it; 0 for none.
    long largestContext(Placement placement) {
        long limit = contextLimit(question.model());
        LongPredicate fits = tokens -> fits(placement, question.workload().withContext(tokens));
        if (fits.test(limit)) {
            return limit;
        }
        long step = Math.min(CONTEXT_STEP, limit);
        if (!fits.test(step)) {
            return 0;
        }
        long low = 1;
        long high = (limit + step - 1) / step;
        while (high - low > 1) {
            long middle = (low + high) >>> 1;
            if (fits.test(middle * step)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low * step;
    }

    /// Tokens that a sequence of the model may have.
    static long contextLimit(Anatomy model) {
        return Math.max(1, model.contextLength().orElse(LONGEST_CONTEXT));
    }

    /// The most layers on the devices that fit; -1 where not even none does.
    int mostLayers(Placement placement) {
        int none = layerCount();
        int fewestLeft = leastThat(left -> fits(placement.offloading(none - left), question.workload()), 0, none);
        return none - fewestLeft;
    }

    /// The fewest layers whose experts in main memory make it fit; more than there are where not even all do.
    int fewestExpertLayers(Placement placement) {
        return leastThat(count -> fits(placement.expertsOnHost(count), question.workload()), 1, layerCount() - 1);
    }

    /// Layers of the model, the output layer being one.
    int layerCount() {
        return question.model().textLayers().size() + 1;
    }

    /// The least number of `from` to `to` that is as asked, where all greater ones are, too; `to` and one
    /// for none.
    private static int leastThat(IntPredicate asked, int from, int to) {
        if (!asked.test(to)) {
            return to + 1;
        }
        int low = from;
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (asked.test(middle)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
