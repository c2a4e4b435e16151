package dev.weighbridge.planner.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.family.registry.AllFamilies;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.catalogue.KnownModel;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.Device.Kind;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.fit.Layout.Division;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Placement.Split;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.speed.SpeedModel;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Llama 3.1 8B has 8,030,261,248 parameters, so 16.06 GB at two bytes and 4.02 GB at half a byte; its
/// cache is taken as 131,072 bytes a token: 2 · 32 layers · 8 heads · 128 · 2 bytes.
class FitTest {
    private static final long GIB = 1L << 30;
    private static final Precision HALF = new FlatPrecision("BF16", 2);
    private static final Precision BYTE = new FlatPrecision("INT8", 1);
    private static final Precision NIBBLE = new FlatPrecision("INT4", 0.5);
    private static final Anatomy LLAMA = anatomy("llama-3.1-8b");
    private static final Anatomy MIXTRAL = anatomy("mixtral-8x7b");
    private static final Device SMALL = device("Small 8 GB", Kind.ACCELERATOR, 8 * GIB);
    private static final Device BIG = device("Big 24 GB", Kind.ACCELERATOR, 24 * GIB);
    private static final Device HUGE = device("Huge 80 GB", Kind.ACCELERATOR, 80 * GIB);
    private static final Device PROCESSOR = device("Processor 64 GB", Kind.PROCESSOR, 64 * GIB);

    private static final Device SLOW_PROCESSOR = device("Slow processor", Kind.PROCESSOR, 64 * GIB, 5e10);

    private final Fit fit = new Fit(SpeedModel.embedded(), List.of(HUGE, SMALL, BIG));

    @Test
    void saysThatAModelFitsOnOneDevice() {
        Answer answer = fit.answer(question(LLAMA, Machine.of(BIG, 1)), HALF);

        assertThat(answer.verdict()).isEqualTo(new Verdict.Fits(1, 1));
        assertThat(answer.remedies()).isEmpty();
        assertThat(answer.speed()).isPresent();
    }

    @Test
    void saysTheSameInBriefButForTheLargestContext() {
        Question question = question(LLAMA, Machine.of(BIG, 1));
        Answer whole = fit.answer(question, HALF);

        Answer brief = fit.brief(question, HALF);

        assertThat(brief.verdict()).isEqualTo(whole.verdict());
        assertThat(brief.allocation()).isEqualTo(whole.allocation());
        assertThat(brief.speed()).isEqualTo(whole.speed());
        assertThat(brief.maxContext()).isZero();
        assertThat(fit.brief(question(LLAMA, Machine.of(SMALL, 1)), HALF).verdict())
                .isInstanceOf(Verdict.DoesNotFit.class);
    }

    @Test
    void saysHowFewOfTheDevicesWouldDo() {
        Answer answer = fit.answer(question(LLAMA, Machine.of(SMALL, 8)), HALF);

        assertThat(answer.verdict()).isEqualTo(new Verdict.Fits(4, 8));
        assertThat(answer.allocation().orElseThrow().uses()).hasSize(8);
    }

    @Test
    void findsTheLargestContextToThePage() {
        Answer answer = fit.answer(question(LLAMA, Machine.of(BIG, 1)), HALF);

        // 24 GiB less half a GiB less 16,060,522,496 bytes, at 131,072 bytes a token: 69,979 tokens.
        assertThat(answer.maxContext()).isEqualTo(69_979 / 256 * 256);
    }

    @Test
    void limitsTheContextByTheModelsOwn() {
        Answer answer = fit.answer(question(LLAMA, Machine.of(HUGE, 1)), HALF);

        assertThat(answer.maxContext()).isEqualTo(131_072);
    }

    @Test
    void saysWhyAModelDoesNotFitAndWhatWouldHelp() {
        List<Answer> answers =
                fit.answers(question(LLAMA, Machine.of(SMALL, 1)), List.of(HALF), List.of(HALF, BYTE, NIBBLE));

        Answer answer = answers.getFirst();
        assertThat(answer.verdict())
                .isInstanceOfSatisfying(
                        Verdict.DoesNotFit.class,
                        no -> assertThat(no.shortage())
                                .isInstanceOfSatisfying(Allocation.Shortage.Memory.class, memory -> {
                                    assertThat(memory.use().neededBytes()).isEqualTo(16_060_522_496L + 8192 * 131_072L);
                                    assertThat(memory.use().usableBytes()).isEqualTo(8 * GIB - GIB / 2);
                                }));
        assertThat(answer.remedies())
                .containsExactly(
                        new Remedy.OtherPrecision("INT4"),
                        new Remedy.OffloadLayers(
                                15,
                                33,
                                answer.remedies().stream()
                                        .filter(Remedy.OffloadLayers.class::isInstance)
                                        .map(Remedy.OffloadLayers.class::cast)
                                        .mapToLong(Remedy.OffloadLayers::hostBytes)
                                        .sum()),
                        new Remedy.MoreDevices(SMALL, 4, new Split.Layers(List.of())),
                        new Remedy.OtherDevice(BIG));
        assertThat(answer.maxContext()).isZero();
        assertThat(answer.speed()).isEmpty();
    }

    @Test
    void offersASmallerContextAndASmallerCache() {
        Question asked = question(LLAMA, Machine.of(SMALL, 1)).asking(Workload.of(50_000));

        Answer answer = fit.answer(asked, NIBBLE);

        // 7.5 GiB less 4,015,130,624 bytes is room for 30,806 tokens of two bytes, or 57,988 at 8.5 bits.
        assertThat(answer.remedies())
                .contains(new Remedy.SmallerContext(30_806 / 256 * 256), new Remedy.CacheOf(DataType.Q8_0));
    }

    @Test
    void usesAMainMemoryWhoseSizeIsKnown() {
        Answer answer = fit.answer(question(LLAMA, new Machine(List.of(SMALL), PROCESSOR)), HALF);

        assertThat(answer.verdict()).isEqualTo(new Verdict.FitsPartly(15, 33, 0));
        assertThat(answer.allocation().orElseThrow().placement().offloadedLayers())
                .isEqualTo(15);
    }

    @Test
    void leavesExpertsInMainMemoryFirst() {
        Answer answer = fit.answer(question(MIXTRAL, new Machine(List.of(BIG), PROCESSOR)), NIBBLE);

        // 46.7B parameters at half a byte and 1.07 GB of cache; 96.6 % of the weights are experts of 32 layers.
        assertThat(answer.verdict()).isEqualTo(new Verdict.Fits(1, 1));
        assertThat(fit.answer(question(MIXTRAL, new Machine(List.of(SMALL), PROCESSOR)), NIBBLE)
                        .verdict())
                .isEqualTo(new Verdict.FitsPartly(33, 33, 23));
    }

    @Test
    void leavesLayersBesideExpertsInMainMemoryWhereBothAreNeeded() {
        Device tiny = device("Tiny 1 GB", Kind.ACCELERATOR, GIB);

        Answer answer = fit.answer(question(MIXTRAL, new Machine(List.of(tiny), PROCESSOR)), NIBBLE);

        assertThat(answer.verdict()).isInstanceOfSatisfying(Verdict.FitsPartly.class, partly -> {
            assertThat(partly.hostExpertLayers()).isEqualTo(32);
            assertThat(partly.deviceLayers()).isBetween(1, 32);
        });
    }

    @Test
    void isSlowerTheMoreLiesInMainMemory() {
        Machine machine = new Machine(List.of(HUGE), SLOW_PROCESSOR);

        List<Double> speeds = Stream.of(Placement.ALL, 30, 20, 10, 0)
                .map(layers -> fit.answer(fixed(LLAMA, machine, layers, 0), HALF))
                .map(answer -> answer.speed().orElseThrow().decode().tokensPerSecond())
                .toList();
        List<Double> mixtures = Stream.of(0, 8, 16, 32)
                .map(layers -> fit.answer(fixed(MIXTRAL, machine, Placement.ALL, layers), NIBBLE))
                .map(answer -> answer.speed().orElseThrow().decode().tokensPerSecond())
                .toList();

        assertThat(speeds).isSortedAccordingTo(Comparator.reverseOrder()).doesNotHaveDuplicates();
        assertThat(mixtures).isSortedAccordingTo(Comparator.reverseOrder()).doesNotHaveDuplicates();
    }

    @Test
    void tellsNoSpeedWhereTheProcessorIsNotStated() {
        Answer answer = fit.answer(fixed(LLAMA, Machine.of(HUGE, 1), 10, 0), HALF);

        assertThat(answer.verdict().isYes()).isTrue();
        assertThat(answer.speed()).isEmpty();
    }

    @Test
    void fitsWhereAPoolHoldsTheSequencesAskedFor() {
        Question asked = new Question(
                LLAMA,
                new PoolRuntime(100_000),
                Machine.of(HUGE, 1),
                Workload.of(8192),
                Layout.free(),
                Budget.share(0.9),
                Exchange.usual());

        assertThat(fit.answer(asked, HALF).verdict().isYes()).isTrue();
        assertThat(fit.answer(asked, HALF).maxContext()).isEqualTo(100_000 / 256 * 256);
        assertThat(fit.answer(asked.asking(Workload.of(8192).withSequences(13)), HALF)
                        .verdict())
                .isInstanceOfSatisfying(
                        Verdict.DoesNotFit.class,
                        no -> assertThat(no.shortage())
                                .isInstanceOfSatisfying(
                                        Allocation.Shortage.Pool.class,
                                        pool -> assertThat(pool.sequences()).isEqualTo(13)));
    }

    @Test
    void runsOnTheProcessorWhereThereIsNoDevice() {
        Answer answer = fit.answer(question(LLAMA, Machine.of(List.of(PROCESSOR))), HALF);

        assertThat(answer.verdict()).isEqualTo(new Verdict.FitsOnProcessor());
        assertThat(answer.allocation().orElseThrow().uses())
                .singleElement()
                .satisfies(use -> assertThat(use.isHost()).isTrue());
    }

    @Test
    void keepsToThePlacementThatTheUserFixed() {
        Answer answer = fit.answer(fixed(LLAMA, Machine.of(SMALL, 1), 10, Layout.FIND), HALF);

        assertThat(answer.verdict()).isEqualTo(new Verdict.FitsPartly(10, 33, 0));
    }

    @Test
    void saysThatTheRuntimeCannotDivideAModelSo() {
        Answer answer = fit.answer(question(LLAMA, Machine.of(SMALL, 3)), HALF);

        assertThat(answer.verdict())
                .isEqualTo(new Verdict.Unsupported("llama.cpp cannot divide llama-3.1-8b among 3 devices"));
        assertThat(answer.allocation()).isEmpty();
    }

    @Test
    void takesTheSharedMemoryOfAUnifiedChipOnce() {
        Device unified = device("Unified 16 GB", Kind.UNIFIED, 16 * GIB);
        Question half = fixed(LLAMA, Machine.of(unified, 1), 16, Layout.FIND);

        assertThat(fit.answer(half, HALF).verdict().isYes()).isFalse();
        assertThat(fit.answer(half, BYTE).verdict().isYes()).isTrue();
    }

    @Test
    void refusesAMachineOfNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> Machine.of(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> Machine.of(List.of(PROCESSOR, PROCESSOR)));
        assertThatIllegalArgumentException().isThrownBy(() -> Budget.share(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Budget.share(Double.NaN));
        assertThat(Placement.on(SMALL).devices()).hasSize(1);
    }

    private static Question question(Anatomy model, Machine machine) {
        return new Question(
                model,
                new PlainRuntime(131_072),
                machine,
                Workload.of(8192),
                Layout.free(),
                Budget.standard(),
                Exchange.usual());
    }

    private static Question fixed(Anatomy model, Machine machine, int layers, int expertLayers) {
        return new Question(
                model,
                new PlainRuntime(131_072),
                machine,
                Workload.of(8192),
                new Layout(Division.AUTO, layers, expertLayers),
                Budget.standard(),
                Exchange.usual());
    }

    private static Device device(String name, Kind kind, long bytes) {
        return device(name, kind, bytes, 1e12);
    }

    private static Device device(String name, Kind kind, long bytes, double bandwidth) {
        return new Device(
                name,
                List.of(),
                "NVIDIA",
                kind,
                "Ada",
                bytes,
                bytes,
                Basis.EXACT,
                bandwidth,
                Map.of("fp16", 1e14),
                new Device.Link("none", 0),
                300,
                new Device.Price(1.0, "test", "2026-01-01"),
                null,
                Basis.PUBLISHED,
                "test",
                "2026-01-01");
    }

    private static Anatomy anatomy(String name) {
        KnownModel known = Catalogue.embedded().find(name).orElseThrow();
        Blueprint blueprint = AllFamilies.families().blueprint(known.config());
        return Anatomy.of(name, blueprint);
    }
}
