package dev.weighbridge.planner.fit;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Placement.Split;
import dev.weighbridge.planner.memory.Portion;
import dev.weighbridge.planner.memory.Runtime;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.precision.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A runtime one can reckon in one's head: weights in proportion to the layers that lie somewhere, the
/// cache at so many bytes a token for 16-bit floats, nothing else. It divides models among two, four or
/// eight devices only.
record PlainRuntime(long cacheBytesPerToken) implements Runtime {
    @Override
    public String name() {
        return "llama.cpp";
    }

    @Override
    public String version() {
        return "plain";
    }

    @Override
    public Optional<Split> split(Anatomy model, int deviceCount) {
        return Integer.bitCount(deviceCount) == 1 && deviceCount <= 8
                ? Optional.of(new Split.Layers(List.of()))
                : Optional.empty();
    }

    @Override
    public MemoryPlan plan(Anatomy model, Precision precision, Workload workload, Placement placement) {
        if (workload.keyType() == DataType.Q4_0) {
            throw new UnsupportedException("no such cache");
        }
        int layers = model.textLayers().size() + 1;
        double experts = model.weights().stream()
                        .filter(weight -> weight.expertCount() > 0)
                        .mapToLong(Weight::elements)
                        .sum()
                / (double) model.count().total();
        double offloaded = placement.devices().isEmpty()
                ? 0
                : Math.min(layers, placement.offloadedLayers())
                        / (double) layers
                        * (1 - experts * Math.min(layers - 1, placement.hostExpertLayers()) / (layers - 1));
        double cacheBits = workload.keyType().bitsPerElement();
        long weights = precision.store(model).total();
        long cache = (long) (workload.totalTokens() * cacheBytesPerToken * cacheBits / 16);
        List<Portion> portions = new ArrayList<>();
        int count = placement.devices().size();
        for (int i = 0; i < count; i++) {
            portions.add(portion(Component.WEIGHTS, i, (long) (weights * offloaded / count)));
            portions.add(portion(Component.KV_CACHE, i, (long) (cache * offloaded / count)));
        }
        portions.add(portion(Component.WEIGHTS, Portion.HOST, (long) (weights * (1 - offloaded))));
        portions.add(portion(Component.KV_CACHE, Portion.HOST, (long) (cache * (1 - offloaded))));
        return MemoryPlan.of(portions, List.of());
    }

    private static Portion portion(Component component, int device, long bytes) {
        return new Portion(component, device, bytes, Basis.EXACT, "reckoned");
    }
}
