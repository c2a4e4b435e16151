package dev.weighbridge.planner.memory;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.precision.Precision;

/// A program that runs models, as far as memory goes. A runtime is one file; its own settings are components of it.
public interface Runtime {
    /// As the user names it: `llama.cpp`, `vllm`, `transformers`, `weighbridge`.
    String name();

    /// The version whose behaviour is described.
    String version();

    /// The memory that a model takes.
    ///
    /// @throws dev.weighbridge.model.error.UnsupportedException if it cannot run such a model, precision or
    placement
    MemoryPlan plan(Anatomy model, Precision precision, Workload workload, Placement placement);
}
