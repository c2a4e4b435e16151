package dev.weighbridge.planner.fit;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.MemoryPlan.CachePool;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Portion;
import dev.weighbridge.planner.memory.Runtime;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.precision.Precision;
import java.util.List;

/// A serving engine whose cache always has room for so many tokens.
record PoolRuntime(long tokens) implements Runtime {
    @Override
    public String name() {
        return "vllm";
    }

    @Override
    public String version() {
        return "pool";
    }

    @Override
    public MemoryPlan plan(Anatomy model, Precision precision, Workload workload, Placement placement) {
        Portion weights =
                new Portion(Component.WEIGHTS, 0, precision.store(model).total(), Basis.EXACT, "what is stored");
        Portion cache = new Portion(Component.KV_CACHE, 0, tokens, Basis.ESTIMATED, "a byte a token");
        return new MemoryPlan(
                List.of(weights, cache),
                new CachePool(tokens, tokens, (double) tokens / workload.context()),
                List.of());
    }
}
