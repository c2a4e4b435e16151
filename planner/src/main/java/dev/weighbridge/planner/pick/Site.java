package dev.weighbridge.planner.pick;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.fit.Budget;
import dev.weighbridge.planner.fit.Exchange;
import dev.weighbridge.planner.fit.Layout;
import dev.weighbridge.planner.fit.Machine;
import dev.weighbridge.planner.fit.Question;
import dev.weighbridge.planner.fit.RuntimeChoice;
import dev.weighbridge.planner.memory.Runtime;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.precision.Precision;
import java.util.List;

/// Where and how a model is to run: all that is asked about it but the model itself.
///
/// @param runtime what runs it
/// @param budget how much memory it may take
/// @param machine where
/// @param workload what is asked of it
/// @param isContextFixed whether a model with a shorter context than the workload's is out; else it gets
/// its own
/// @param layout what the user fixed about its placement
/// @param exchange for which latency and cost are told
/// @param ladder the precisions to choose among, the largest first
public record Site(
        Runtime runtime,
        Budget budget,
        Machine machine,
        Workload workload,
        boolean isContextFixed,
        Layout layout,
        Exchange exchange,
        List<Precision> ladder) {
    /// Copies the list.
    public Site {
        ladder = List.copyOf(ladder);
        if (ladder.isEmpty()) {
            throw new IllegalArgumentException("there is no precision to choose");
        }
    }

    /// A runtime on a machine, with everything else as usual.
    public static Site of(RuntimeChoice choice, Machine machine, Workload workload, List<Precision> ladder) {
        return new Site(
                choice.runtime(), choice.budget(), machine, workload, true, Layout.free(), Exchange.usual(), ladder);
    }

    /// The same on another machine.
    public Site on(Machine other) {
        return new Site(runtime, budget, other, workload, isContextFixed, layout, exchange, ladder);
    }

    /// The same with other precisions to choose among.
    public Site among(List<Precision> precisions) {
        return new Site(runtime, budget, machine, workload, isContextFixed, layout, exchange, precisions);
    }

    /// What is asked about a model here.
    ///
    /// @param contextLimit positions that the model supports
    Question about(Anatomy model, long contextLimit) {
        Workload asked = workload.context() <= contextLimit ? workload : workload.withContext(contextLimit);
        return new Question(model, runtime, machine, asked, layout, budget, exchange);
    }

    /// Bytes that a model may take in all, main memory included where part of it may lie there.
    long capacity() {
        long devices = machine.devices().stream().mapToLong(budget::usable).sum();
        boolean usesHost = machine.devices().isEmpty() || (layout.mayOffload() && !machine.isUnified());
        long host = usesHost ? machine.processor().map(budget::usableOnHost).orElse(0L) : 0;
        return devices + host;
    }
}
