package dev.weighbridge.planner.memory.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.precision.Precisions;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SgLangTest {
    private static final double GIB = 1L << 30;
    private static final Known KNOWN = new Known();

    /// Start-up logs of shun8686/for_debug (2026-01-04): free before loading is "avail mem" and "mem usage"
    /// at the end of loading together; weights, K and V sizes, and tokens are those of one rank.
    @ParameterizedTest
    @CsvSource({
        "Qwen/Qwen3-32B, BF16, 8, 1, 0.72, 60.81, 8.01, 35.78, 1172096",
        "Qwen/Qwen3-235B-A22B, BF16, 16, 1, 0.78, 60.79, 27.62, 19.80, 441600",
        "vllm-ascend/Qwen3-235B-A22B-W8A8, INT8, 32, 32, 0.8, 61.09, 15.36, 34.26, 190976",
        "vllm-ascend/Qwen3-235B-A22B-W8A8, INT8, 16, 16, 0.6, 61.10, 22.70, 13.96, 77696"
    })
    void fillsTheStaticShare(
            String model,
            String precision,
            int ranks,
            int groups,
            double share,
            double free,
            double weights,
            double cache,
            long tokens) {
        Device device = KNOWN.device("NVIDIA H100 80GB HBM3", free + 600.0 / 1024);

        MemoryPlan plan = new SgLang(share, 0, 128, groups)
                .plan(
                        KNOWN.model(model),
                        Precisions.parse(precision),
                        Workload.of(8192),
                        Placement.tensorParallel(Collections.nCopies(ranks, device)));

        // with groups, what a rank keeps whole beside attention is the engine's own affair
        double tolerance = groups > 1 ? 0.06 : 0.02;
        assertThat(plan.of(Component.WEIGHTS, 0) / GIB).isCloseTo(weights, within(0.05 * weights));
        assertThat(plan.of(Component.KV_CACHE, 0) / GIB).isCloseTo(cache, within(tolerance * cache));
        assertThat((double) plan.cachePool().orElseThrow().tokens()).isCloseTo(tokens, within(tolerance * tokens));
        assertThat(plan.cachePool().orElseThrow().tokens() % 128).isZero();
    }

    @Test
    void fillsTheDeviceAndNoMore() {
        Device device = KNOWN.device("NVIDIA H100 80GB HBM3", 79.19);

        MemoryPlan plan = new SgLang()
                .plan(KNOWN.model("Qwen/Qwen3-8B"), Precisions.parse("BF16"), Workload.of(8192), Placement.on(device));

        assertThat(plan.on(0)).isCloseTo(device.visibleBytes(), within(1L << 20));
    }

    @Test
    void keepsNoCacheInBlocks() {
        Device device = KNOWN.device("NVIDIA H100 80GB HBM3", 79.19);
        Workload blocks = Workload.of(8192).withCache(DataType.Q8_0, DataType.Q8_0);

        assertThatThrownBy(() -> new SgLang()
                        .plan(KNOWN.model("Qwen/Qwen3-8B"), Precisions.parse("BF16"), blocks, Placement.on(device)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("Q8_0");
    }
}
