package dev.weighbridge.planner.memory.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Placement.Split;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.precision.Precisions;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VllmTest {
    private static final double GIB = 1L << 30;
    private static final Known KNOWN = new Known();
    private static final Device H100 = KNOWN.device("NVIDIA H100 80GB HBM3", 79.19);

    /// Figures in GiB for each rank as vLLM 0.19 printed them on H100s (79.19 GiB) at a utilization of
    /// 0.95, 1024 sequences and 8192 tokens a step; llm-d-incubation/llm-d-planner pull request 205,
    /// `results_raw.csv` of v0.19.0.
    @ParameterizedTest
    @CsvSource({
        "meta-llama/Llama-3.1-8B-Instruct, BF16, 1, 14.99, 1.89, 58.11",
        "meta-llama/Llama-3.1-8B-Instruct, FP32, 1, 29.98, 2.21, 42.80",
        "meta-llama/Llama-3.1-8B-Instruct, FP8, 1, 8.49, 1.89, 64.61",
        "meta-llama/Llama-3.1-8B-Instruct, BF16, 4, 3.77, 1.89, 67.44",
        "google/gemma-2-9b-it, BF16, 1, 17.22, 3.65, 54.12",
        "codellama/CodeLlama-7b-hf, BF16, 1, 12.56, 0.77, 61.66",
        "deepseek-ai/DeepSeek-V2-Lite-Chat, BF16, 1, 29.43, 1.93, 43.61",
        "mistralai/Mistral-Small-3.1-24B-Instruct-2503, BF16, 1, 44.76, 2.03, 28.19",
        "Qwen/Qwen3-30B-A3B, BF16, 1, 56.88, 2.68, 15.41",
        "Qwen/Qwen2.5-72B-Instruct, BF16, 2, 67.80, 2.29, 3.04",
        "meta-llama/Llama-4-Scout-17B-16E-Instruct, BF16, 4, 53.12, 3.19, 16.75"
    })
    void plansWhatVllmPrinted(
            String model, String precision, int ranks, double weights, double activations, double pool) {
        MemoryPlan plan = plan(
                KNOWN.model(model),
                precision,
                Workload.of(8192).withBatch(8192, 0),
                ranks,
                settings("0.19.0", 0.95, 1024));

        assertThat(plan.of(Component.WEIGHTS, 0) / GIB).isCloseTo(weights, within(0.006 * weights));
        assertThat(plan.of(Component.COMPUTE, 0) / GIB).isCloseTo(activations, within(0.06));
        assertThat(plan.cachePool().orElseThrow().bytes() / GIB).isCloseTo(pool, within(0.011 * pool));
    }

    /// Before 0.17 a sorted copy of the logits was the peak: llm-d-benchmark,
    /// `config_explorer/empirical-vllm-memory-results.md` (H100, 79.18 GiB).
    @ParameterizedTest
    @CsvSource({
        "meta-llama/Llama-3.1-8B-Instruct, 14.99, 4.76, 51.38",
        "Qwen/Qwen3-0.6B, 1.12, 5.56, 64.45",
    })
    void knowsThePeakOfOlderVersions(String model, double weights, double activations, double pool) {
        MemoryPlan plan = plan(KNOWN.model(model), "BF16", Workload.of(16000), 1, settings("0.11.0", 0.9, 0));

        assertThat(plan.of(Component.WEIGHTS, 0) / GIB).isCloseTo(weights, within(0.01));
        assertThat(plan.of(Component.COMPUTE, 0) / GIB).isCloseTo(activations, within(0.01));
        assertThat(plan.cachePool().orElseThrow().bytes() / GIB).isCloseTo(pool, within(0.03));
    }

    @Test
    void refusesRanksThatDoNotDivideTheVocabulary() {
        // llm-d-planner's study: five ranks were offered for Qwen3-14B, whose 40 heads they divide
        assertThatThrownBy(() ->
                        plan(KNOWN.model("Qwen/Qwen3-14B"), "BF16", Workload.of(8192), 5, settings("0.19.0", 0.9, 0)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("5 tensor ranks");
    }

    @Test
    void refusesModelsThatAreNoLanguageModels() {
        assertThatThrownBy(
                        () -> plan(KNOWN.model("flux.1-dev"), "BF16", Workload.of(512), 1, settings("0.19.0", 0.9, 0)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("vLLM serves language models");
    }

    @Test
    void takesAsManyTensorRanksAsDivideTheModel() {
        assertThat(new Vllm().split(KNOWN.model("Qwen/Qwen3-14B"), 5)).contains(new Split.Parallel(1, 5, false));
        assertThat(new Vllm().split(KNOWN.model("Qwen/Qwen3-14B"), 8)).contains(new Split.Parallel(8, 1, false));
    }

    @Test
    void saysWhenNoSequenceHasRoom() {
        // an 80 GB card holds Llama 3.3 70B neither at 16 bits nor, with a context of 128k, at 8
        MemoryPlan plan = plan(
                KNOWN.model("meta-llama/Llama-3.3-70B-Instruct"),
                "BF16",
                Workload.of(131072),
                1,
                settings("0.19.0", 0.9, 0));

        assertThat(plan.cachePool().orElseThrow().bytes()).isNegative();
        assertThat(plan.cachePool().orElseThrow().sequences()).isZero();
        assertThat(plan.warnings()).singleElement().asString().startsWith("vLLM refuses to start");
    }

    @Test
    void keepsTwiceTheTokensInEightBits() {
        Anatomy model = KNOWN.model("meta-llama/Llama-3.1-8B-Instruct");
        VllmSettings settings = settings("0.19.0", 0.95, 1024);

        long wide = plan(model, "BF16", Workload.of(8192), 1, settings)
                .cachePool()
                .orElseThrow()
                .tokens();
        Workload narrow = Workload.of(8192).withCache(DataType.F8_E4M3, DataType.F8_E4M3);
        long doubled = plan(model, "BF16", narrow, 1, settings)
                .cachePool()
                .orElseThrow()
                .tokens();

        assertThat(doubled).isBetween(2 * wide, 2 * wide + 32);
    }

    @Test
    void setsRoomForGraphsAsideInLaterVersions() {
        Anatomy model = KNOWN.model("Qwen/Qwen3-8B");

        MemoryPlan before = plan(model, "BF16", Workload.of(8192), 1, settings("0.20.0", 0.9, 0));
        MemoryPlan after = plan(model, "BF16", Workload.of(8192), 1, settings("0.21.0", 0.9, 0));
        MemoryPlan eager = plan(
                model, "BF16", Workload.of(8192), 1, settings("0.21.0", 0.9, 0).eager());

        long graphs = after.of(Component.OVERHEAD, 0) - eager.of(Component.OVERHEAD, 0);
        assertThat(before.of(Component.KV_CACHE) - after.of(Component.KV_CACHE)).isCloseTo(graphs, within(4L << 20));
        assertThat(eager.of(Component.KV_CACHE)).isEqualTo(before.of(Component.KV_CACHE));
    }

    @Test
    void holdsAPortionOnEveryRank() {
        MemoryPlan plan = plan(
                KNOWN.model("Qwen/Qwen2.5-72B-Instruct"), "BF16", Workload.of(8192), 4, settings("0.19.0", 0.9, 0));

        for (int rank = 0; rank < 4; rank++) {
            assertThat(plan.on(rank)).isEqualTo(plan.on(0)).isPositive();
        }
        assertThat(plan.of(Component.KV_CACHE, 3)).isPositive();
    }

    private static VllmSettings settings(String version, double utilization, int sequences) {
        return VllmSettings.of(EngineVersion.parse(version))
                .withUtilization(utilization)
                .withSequences(sequences);
    }

    private static MemoryPlan plan(
            Anatomy model, String precision, Workload workload, int ranks, VllmSettings settings) {
        Placement placement = Placement.tensorParallel(Collections.nCopies(ranks, H100));
        return new Vllm(settings).plan(model, Precisions.parse(precision), workload, placement);
    }
}
