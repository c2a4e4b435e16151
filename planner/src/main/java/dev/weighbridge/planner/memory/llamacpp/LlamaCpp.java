package dev.weighbridge.planner.memory.llamacpp;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Runtime;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.memory.llamacpp.LlamaCppSettings.Engine;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.precision.Precision.Format;

/// llama.cpp, ik_llama.cpp and Ollama: layers on devices from the last on, the rest in main memory.
///
/// @param settings what it is told
public record LlamaCpp(LlamaCppSettings settings) implements Runtime {
    /// llama.cpp as it is started without options.
    public static LlamaCpp standard() {
        return new LlamaCpp(LlamaCppSettings.of(Engine.LLAMA_CPP));
    }

    @Override
    public String name() {
        return settings.engine().label();
    }

    @Override
    public String version() {
        return switch (settings.engine()) {
            case LLAMA_CPP -> "v0.5.0";
            case IK_LLAMA_CPP -> "2026-08";
            case OLLAMA -> "llama.cpp v0.5.0";
        };
    }

    @Override
    public Format fileFormat() {
        return Format.GGUF;
    }

    @Override
    public MemoryPlan plan(Anatomy model, Precision precision, Workload workload, Placement placement) {
        return new LlamaCppPlan(settings, model, precision.store(model), workload, placement).plan();
    }
}
