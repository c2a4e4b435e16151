package dev.weighbridge.planner.pick;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Portion;
import dev.weighbridge.planner.memory.Runtime;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.precision.Precision;
import java.util.List;

/// A runtime one can reckon in one's head: the weights and 100,000 bytes of cache a token, all on the
/// first device.
final class PlainRuntime implements Runtime {
    private static final long CACHE_BYTES = 100_000;

    @Override
    public String name() {
        return "llama.cpp";
    }

    @Override
    public String version() {
        return "plain";
    }

    @Override
    public Precision.Format fileFormat() {
        return Precision.Format.GGUF;
    }

    @Override
    public MemoryPlan plan(Anatomy model, Precision precision, Workload workload, Placement placement) {
        if (model.textLayers().isEmpty()) {
            throw new UnsupportedException("no layers are known");
        }
        int place = placement.devices().isEmpty() ? Portion.HOST : 0;
        return MemoryPlan.of(
                List.of(
                        new Portion(
                                Component.WEIGHTS, place, precision.store(model).total(), Basis.EXACT, "weights"),
                        new Portion(
                                Component.KV_CACHE, place, CACHE_BYTES * workload.totalTokens(), Basis.EXACT, "cache")),
                List.of());
    }
}
