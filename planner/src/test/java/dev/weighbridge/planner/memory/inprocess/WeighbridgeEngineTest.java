package dev.weighbridge.planner.memory.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.family.registry.AllFamilies;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.precision.Precision.Format;
import dev.weighbridge.planner.precision.Precisions;
import org.junit.jupiter.api.Test;

class WeighbridgeEngineTest {
    private static final Precision Q4 = Precisions.parse("Q4_K_M", Format.GGUF);

    @Test
    void countsWeightsOnceAndKeepsACacheInHalfWidth() {
        Anatomy llama = model("llama-3.2-1b");

        MemoryPlan plan = new WeighbridgeEngine().plan(llama, Q4, Workload.of(4096), Placement.onHost());

        assertThat(plan.of(Component.WEIGHTS)).isEqualTo(Q4.store(llama).total());
        assertThat(plan.of(Component.KV_CACHE)).isEqualTo(4096L * 16 * 2 * 8 * 64 * 2);
        assertThat(plan.basis(Component.KV_CACHE)).isEqualTo(Basis.ESTIMATED);
    }

    @Test
    void keepsTheCacheInBlocksOfEightBits() {
        Workload narrow = Workload.of(4096).withCache(DataType.Q8_0, DataType.Q8_0);

        MemoryPlan plan = new WeighbridgeEngine().plan(model("llama-3.2-1b"), Q4, narrow, Placement.onHost());

        assertThat(plan.of(Component.KV_CACHE)).isEqualTo(4096L * 16 * 2 * 8 * 64 / 32 * 34);
    }

    @Test
    void holdsNoMoreThanAWindowOfWindowedLayers() {
        Anatomy gemma = model("gemma-3-27b");
        long row = 2L * 16 * 128 * 2;

        MemoryPlan plan = new WeighbridgeEngine().plan(gemma, Q4, Workload.of(32768), Placement.onHost());

        assertThat(plan.of(Component.KV_CACHE)).isEqualTo(row * (10 * 32768 + 52 * 1024));
    }

    @Test
    void computesOnTheProcessorAlone() {
        var accelerator =
                DeviceCatalogue.embedded().find("NVIDIA H100 80GB HBM3").orElseThrow();

        assertThatThrownBy(() -> new WeighbridgeEngine()
                        .plan(model("llama-3.2-1b"), Q4, Workload.of(512), Placement.on(accelerator)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("computes on one processor");
    }

    private static Anatomy model(String name) {
        var known = Catalogue.embedded().find(name).orElseThrow();
        return Anatomy.of(name, AllFamilies.families().blueprint(known.config()));
    }
}
