package dev.weighbridge.planner.fit;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Runtime;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.training.Method;
import dev.weighbridge.planner.training.TrainingMemory;
import dev.weighbridge.planner.training.TrainingSettings;

/// A training step asked in the words of a runtime: the context is the length of a sequence, sequences at a
/// time are the micro-batch, the precision is that of weights which stay as they are. Devices hold replicas
/// that share the data.
///
/// @param settings all else; their lengths and base give way to what is asked
public record TrainingRun(TrainingSettings settings) implements Runtime {
    @Override
    public String name() {
        return "training";
    }

    @Override
    public String version() {
        return "with PyTorch";
    }

    @Override
    public MemoryPlan plan(Anatomy model, Precision precision, Workload workload, Placement placement) {
        return TrainingMemory.plan(model, asked(precision, workload), placement);
    }

    private TrainingSettings asked(Precision precision, Workload workload) {
        Method method = switch (settings.method()) {
            case Method.Full full -> full;
            case Method.Adapters(int rank, var targets, var _) -> new Method.Adapters(rank, targets, precision);
        };
        return new TrainingSettings(
                method,
                settings.optimizer(),
                settings.numerics(),
                settings.zero(),
                settings.offload(),
                workload.sequences(),
                workload.context(),
                settings.accumulatesGradients(),
                settings.isCheckpointing(),
                workload.attention(),
                settings.loss());
    }

    /// In a few words: `full training, AdamW, mixed precision …, checkpointed`.
    public String label() {
        String method = switch (settings.method()) {
            case Method.Full _ -> "full training";
            case Method.Adapters adapters -> "adapters of rank " + adapters.rank();
        };
        return method + ", " + settings.optimizer().label() + ", "
                + settings.numerics().label()
                + switch (settings.zero()) {
                    case NONE -> "";
                    case ZERO_1 -> ", ZeRO 1";
                    case ZERO_2 -> ", ZeRO 2";
                    case ZERO_3 -> ", ZeRO 3";
                }
                + (settings.isCheckpointing() ? ", checkpointed" : "");
    }
}
