package dev.weighbridge.planner.fit;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.memory.Runtime;
import dev.weighbridge.planner.memory.Workload;

/// Whether a model fits, whatever its precision.
///
/// @param model what is to run
/// @param runtime what runs it
/// @param machine where
/// @param workload what is asked of it
/// @param layout what the user fixed about its placement
/// @param budget how much memory it may take
/// @param exchange for which latency and cost are told
public record Question(
        Anatomy model,
        Runtime runtime,
        Machine machine,
        Workload workload,
        Layout layout,
        Budget budget,
        Exchange exchange) {
    /// The same about another machine.
    public Question on(Machine other) {
        return new Question(model, runtime, other, workload, layout, budget, exchange);
    }

    /// The same with another workload.
    public Question asking(Workload other) {
        return new Question(model, runtime, machine, other, layout, budget, exchange);
    }

    /// The same of another runtime.
    public Question with(Runtime other) {
        return new Question(model, other, machine, workload, layout, budget, exchange);
    }
}
