package dev.weighbridge.planner.memory;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.memory.Placement.Split;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.precision.Precision.Format;
import java.util.List;
import java.util.Optional;

/// A program that runs models, as far as memory goes. A runtime is one file; its own settings are components of it.
public interface Runtime {
    /// As the user names it: `llama.cpp`, `vllm`, `transformers`, `weighbridge`.
    String name();

    /// The version whose behaviour is described.
    String version();

    /// The memory that a model takes.
    ///
    /// @throws dev.weighbridge.model.error.UnsupportedException if it cannot run such a model
    MemoryPlan plan(Anatomy model, Precision precision, Workload workload, Placement placement);

    /// How the runtime divides a model among devices where the user does not say: whole layers, unless it says
    /// otherwise. Empty where it cannot use so many devices for this model.
    default Optional<Split> split(Anatomy model, int deviceCount) {
        return Optional.of(new Split.Layers(List.of()));
    }

    /// The kind of files that the runtime reads, by which a name like `4bit` is understood.
    default Format fileFormat() {
        return Format.SAFETENSORS;
    }
}
