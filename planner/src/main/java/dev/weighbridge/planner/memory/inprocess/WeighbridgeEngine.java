package dev.weighbridge.planner.memory.inprocess;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Layer;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Portion;
import dev.weighbridge.planner.memory.Runtime;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.precision.Precision.Format;
import dev.weighbridge.planner.precision.Precision.StoredWeights;
import java.util.ArrayList;
import java.util.List;

/// Weighbridge's own engine: weights mapped from the file, matrices repacked for the processor's lanes, a
/// cache in F16 or Q8_0, and buffers for one block of a prompt.
///
/// A repacked matrix takes the memory that its mapped pages give back, since those are read once; so
/// weights count once. The figures follow the design and are estimates until the engine's own are held
/// against them.
public final class WeighbridgeEngine implements Runtime {
    private static final String NAME = "weighbridge";
    private static final String VERSION = "0.1";

    /// Tokens of a prompt that are computed at once.
    private static final int BLOCK = 512;

    /// The virtual machine with its code and a heap without weights.
    private static final long MACHINE = 256L << 20;

    /// Copies of the stream around a layer: residual and its norm.
    private static final double STREAM_COPIES = 2;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() {
        return VERSION;
    }

    @Override
    public Format fileFormat() {
        return Format.GGUF;
    }

    @Override
    public MemoryPlan plan(Anatomy model, Precision precision, Workload workload, Placement placement) {
        if (precision.format() == Format.MLX) {
            throw new UnsupportedException("Weighbridge's engine does not read " + precision.name() + " files");
        }
        int place = place(placement);
        StoredWeights stored = precision.store(model);
        CacheLayout layout = new CacheLayout(
                cacheType(workload.keyType()), cacheType(workload.valueType()), Float.BYTES, Float.BYTES, false);
        List<Portion> portions = new ArrayList<>();
        add(
                portions,
                Component.WEIGHTS,
                place,
                stored.total(),
                stored.basis(),
                "mapped from the file, matrices repacked into the memory that their pages give back");
        double cache = 0;
        double state = 0;
        double widest = 0;
        for (Layer layer : model.textLayers()) {
            LayerMemory memory = new LayerMemory(layer, layout);
            cache += memory.cache(workload.context());
            state += memory.state();
            widest = Math.max(widest, memory.inside());
        }
        int sequences = workload.sequences();
        add(
                portions,
                Component.KV_CACHE,
                place,
                cache * sequences,
                Basis.ESTIMATED,
                workload.context() + " positions of " + sequences + " sequences, windows their own number");
        add(portions, Component.RECURRENT_STATE, place, state * sequences, Basis.ESTIMATED, "states in FP32");
        int block = workload.microBatch() > 0 ? workload.microBatch() : BLOCK;
        double perToken = widest + STREAM_COPIES * model.hiddenSize().orElse(0);
        add(
                portions,
                Component.COMPUTE,
                place,
                perToken * block * Float.BYTES,
                Basis.ESTIMATED,
                "the widest layer for " + block + " tokens in FP32");
        add(
                portions,
                Component.OUTPUT,
                place,
                (double) model.vocabularySize().orElse(0) * sequences * Float.BYTES,
                Basis.EXACT,
                "logits of the last position in FP32");
        add(portions, Component.OVERHEAD, place, MACHINE, Basis.ESTIMATED, "the virtual machine");
        List<String> warnings = new ArrayList<>();
        model.contextLength().ifPresent(limit -> {
            if (workload.context() > limit) {
                warnings.add("the model was made for " + limit + " tokens, " + workload.context() + " are asked");
            }
        });
        return MemoryPlan.of(portions, warnings);
    }

    /// It computes on the processor: in main memory, or on the one chip that has its own.
    private static int place(Placement placement) {
        if (placement.devices().isEmpty()) {
            return Portion.HOST;
        }
        Device device = placement.devices().getFirst();
        if (placement.devices().size() > 1 || device.kind() == Device.Kind.ACCELERATOR) {
            throw new UnsupportedException(
                    "Weighbridge's engine computes on one processor, not on " + device.name(),
                    "leave the device out, or ask for llama.cpp or vLLM");
        }
        return 0;
    }

    private static DataType cacheType(DataType asked) {
        return switch (asked) {
            case F16, BF16 -> DataType.F16;
            case Q8_0 -> DataType.Q8_0;
            default ->
                throw new UnsupportedException(
                        "Weighbridge's engine keeps no cache of " + asked.name(), "ask for F16 or Q8_0");
        };
    }

    private static void add(
            List<Portion> portions, Component component, int device, double bytes, Basis basis, String derivation) {
        if (bytes >= 1) {
            portions.add(new Portion(component, device, Math.round(bytes), basis, derivation));
        }
    }
}
