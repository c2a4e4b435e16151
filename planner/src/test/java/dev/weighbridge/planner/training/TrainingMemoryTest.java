package dev.weighbridge.planner.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.weighbridge.model.family.registry.AllFamilies;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Placement.Split;
import dev.weighbridge.planner.memory.Portion;
import dev.weighbridge.planner.memory.Workload.AttentionKernel;
import dev.weighbridge.planner.precision.Precisions;
import dev.weighbridge.planner.training.TrainingSettings.Loss;
import dev.weighbridge.planner.training.TrainingSettings.Offload;
import dev.weighbridge.planner.training.TrainingSettings.ZeroStage;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TrainingMemoryTest {
    private static final double GIB = 1L << 30;
    private static final double GB = 1e9;
    private static final Catalogue CATALOGUE = Catalogue.embedded();
    private static final Device A100 =
            DeviceCatalogue.embedded().find("NVIDIA A100 80GB").orElseThrow();

    /// Counts that unsloth and PEFT print for rank 16 on all linear layers, and LitGPT for rank 8 on
    /// queries and values (`tutorials/resource-tables.md`).
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "llama-2-7b; 16; all-linear; 39976960",
                "llama-3-8b; 16; all-linear; 41943040",
                "llama-2-7b; 8; q,v; 4194304",
                "llama-2-13b; 8; q,v; 6553600"
            })
    void countsWhatAdaptersTrain(String model, int rank, String targets, long parameters) {
        Method method = new Method.Adapters(rank, LoraTargets.parse(targets), Precisions.parse("BF16"));

        assertThat(TrainingMemory.trainableParameters(model(model), method)).isEqualTo(parameters);
    }

    /// foundation-model-stack/fms-acceleration, `scripts/benchmarks/refs/a100_80gb.csv`: peaks that
    /// PyTorch's allocator counted, 67.46 GiB on one device and 33.738 GiB on each of two with FSDP.
    @Test
    void findsThePeakInTheStepWhereActivationsAreFew() {
        TrainingSettings settings =
                TrainingSettings.full(1024).withNumerics(Numerics.BF16).withMicroBatch(4, false);
        Anatomy mistral = model("mistral-7b");

        double one = allocated(TrainingMemory.plan(mistral, settings, devices(1)));
        double two = allocated(
                TrainingMemory.plan(mistral, settings.withMicroBatch(2, false).withZero(ZeroStage.ZERO_3), devices(2)));

        assertThat(one / GIB).isCloseTo(67.46, within(0.05));
        assertThat(two / GIB).isCloseTo(33.738, within(0.05));
    }

    /// LitGPT's `tutorials/resource-tables.md` of 2023-10-20, "Max GPU RAM" in GB: adapters of rank 8 on
    /// queries and values, one sequence of 1304 tokens, nothing checkpointed.
    @ParameterizedTest
    @CsvSource({"llama-2-7b, BF16, 21.3", "llama-2-7b, NF4-single, 14.14", "llama-2-13b, NF4-single, 23.14"})
    void plansAdaptersAsMeasured(String model, String precision, double measured) {
        TrainingSettings settings = TrainingSettings.lora(8, 1304)
                .withMethod(new Method.Adapters(8, LoraTargets.queryAndValue(), Precisions.parse(precision)))
                .withNumerics(Numerics.BF16)
                .withCheckpointing(false)
                .withLoss(Loss.CHUNKED);

        MemoryPlan plan = TrainingMemory.plan(model(model), settings, devices(1));

        double held = allocated(plan) + 0.25 * plan.of(Component.ACTIVATIONS, 0);
        assertThat(held / GB).isCloseTo(measured, within(0.06 * measured));
    }

    @Test
    void takesSixteenBytesAParameterInMixedPrecision() {
        Anatomy llama = model("llama-2-7b");

        MemoryPlan plan = TrainingMemory.plan(llama, TrainingSettings.full(512), devices(1));

        long state = plan.of(Component.WEIGHTS) + plan.of(Component.GRADIENTS) + plan.of(Component.OPTIMIZER_STATE);
        assertThat(state).isEqualTo(16 * llama.count().total());
    }

    @ParameterizedTest
    @CsvSource({"ZERO_1, 4, 4, 1.5", "ZERO_2, 4, 0.5, 1.5", "ZERO_3, 0.5, 0.5, 1.5"})
    void dividesWhatTheStageDivides(ZeroStage stage, double weights, double gradients, double optimizer) {
        // bytes for each parameter on each of eight ranks, FP32 weights, gradients and moments
        Anatomy llama = model("llama-3.2-1b");
        TrainingSettings settings =
                TrainingSettings.full(512).withNumerics(Numerics.FP32).withZero(stage);

        MemoryPlan plan = TrainingMemory.plan(llama, settings, devices(8));

        double count = llama.count().total();
        assertThat(plan.of(Component.WEIGHTS, 3) / count).isCloseTo(weights, within(1e-6));
        assertThat(plan.of(Component.GRADIENTS, 3) / count).isCloseTo(gradients, within(1e-6));
        assertThat(plan.of(Component.OPTIMIZER_STATE, 3) / count).isCloseTo(optimizer - 0.5, within(1e-6));
    }

    @Test
    void ordersOptimizersByWhatTheyKeep() {
        Anatomy llama = model("llama-3.2-1b");
        TrainingSettings settings = TrainingSettings.full(512).withNumerics(Numerics.FP32);

        long adamw = state(llama, settings.withOptimizer(Optimizer.ADAMW));
        long muon = state(llama, settings.withOptimizer(Optimizer.MUON));
        long eight = state(llama, settings.withOptimizer(Optimizer.ADAMW_8BIT));
        long adafactor = state(llama, settings.withOptimizer(Optimizer.ADAFACTOR));

        assertThat(adamw).isEqualTo(8 * llama.count().total());
        assertThat(muon).isBetween(4 * llama.count().total(), adamw);
        assertThat((double) eight / adamw).isCloseTo(0.254, within(0.001));
        assertThat(adafactor).isPositive().isLessThan(adamw / 500);
        assertThat(state(llama, settings.withOptimizer(Optimizer.SGD))).isZero();
    }

    @Test
    void keepsOnlyLayerInputsWithCheckpointing() {
        Anatomy llama = model("llama-3-8b");
        TrainingSettings settings = TrainingSettings.qlora(16, 8192).withMicroBatch(4, false);

        long all = TrainingMemory.plan(llama, settings.withCheckpointing(false), devices(1))
                .of(Component.ACTIVATIONS);
        long inputs = TrainingMemory.plan(llama, settings, devices(1)).of(Component.ACTIVATIONS);
        long fused = TrainingMemory.plan(llama, settings.withLoss(Loss.FUSED), devices(1))
                .of(Component.ACTIVATIONS);

        assertThat(inputs).isLessThan(all / 4);
        // 32 layers of 4096 numbers in 16 bits for each token, one whole layer and no logits
        assertThat(fused).isBetween(32L * 4096 * 2 * 4 * 8192, inputs);
    }

    @Test
    void growsWithTheSquareOfTheSequenceWithoutFlashAttention() {
        Anatomy llama = model("llama-3.2-1b");
        TrainingSettings settings = TrainingSettings.qlora(16, 4096).withCheckpointing(false);

        long flash = TrainingMemory.plan(llama, settings, devices(1)).of(Component.ACTIVATIONS);
        long plain = TrainingMemory.plan(llama, settings.withAttention(AttentionKernel.PLAIN), devices(1))
                .of(Component.ACTIVATIONS);

        assertThat(plain - flash).isEqualTo(16L * 32 * 4096 * 4096 * (2 + 4));
    }

    @Test
    void carriesStateToMainMemory() {
        Anatomy llama = model("llama-3-8b");

        MemoryPlan plan =
                TrainingMemory.plan(llama, TrainingSettings.full(2048).withOffload(Offload.OPTIMIZER), devices(1));

        assertThat(plan.of(Component.OPTIMIZER_STATE, Portion.HOST))
                .isEqualTo(12 * llama.count().total());
        assertThat(plan.of(Component.OPTIMIZER_STATE, 0)).isZero();
    }

    @ParameterizedTest
    @EnumSource(ZeroStage.class)
    void needsNoMoreOnMoreDevices(ZeroStage stage) {
        Anatomy llama = model("llama-3-8b");
        TrainingSettings settings = TrainingSettings.full(2048).withZero(stage);

        long two = TrainingMemory.plan(llama, settings, devices(2)).on(0);
        long eight = TrainingMemory.plan(llama, settings, devices(8)).on(0);

        assertThat(eight).isLessThanOrEqualTo(two);
    }

    @Test
    void refusesRanksThatDoNotDivideTheDevices() {
        Placement placement =
                new Placement(Collections.nCopies(6, A100), new Split.Parallel(4, 1, false), Placement.ALL, 0);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrainingMemory.plan(model("llama-3-8b"), TrainingSettings.full(512), placement))
                .withMessageContaining("do not divide 6 devices");
    }

    @Test
    void namesTheLayersThatCanHaveAdapters() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoraTargets.parse("q_proj,nose"))
                .withMessageContaining("'nose' is no linear layer");
    }

    private static long state(Anatomy model, TrainingSettings settings) {
        return TrainingMemory.plan(model, settings, devices(1)).of(Component.OPTIMIZER_STATE);
    }

    /// What PyTorch's allocator counts: everything but the context and what lies between sizes.
    private static double allocated(MemoryPlan plan) {
        return plan.on(0) - plan.of(Component.OVERHEAD, 0);
    }

    private static Placement devices(int count) {
        return Placement.over(Collections.nCopies(count, A100));
    }

    private static Anatomy model(String name) {
        var known = CATALOGUE.find(name).orElseThrow();
        return Anatomy.of(name, AllFamilies.families().blueprint(known.config()));
    }
}
