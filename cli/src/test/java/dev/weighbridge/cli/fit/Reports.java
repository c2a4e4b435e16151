package dev.weighbridge.cli.fit;

import dev.weighbridge.model.family.registry.AllFamilies;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.catalogue.KnownModel;
import dev.weighbridge.planner.cost.Energy;
import dev.weighbridge.planner.cost.HourlyCost;
import dev.weighbridge.planner.cost.Tenure;
import dev.weighbridge.planner.cost.TokenCost;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.Device.Kind;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.fit.Allocation;
import dev.weighbridge.planner.fit.Allocation.Shortage;
import dev.weighbridge.planner.fit.Answer;
import dev.weighbridge.planner.fit.Budget;
import dev.weighbridge.planner.fit.Exchange;
import dev.weighbridge.planner.fit.Layout;
import dev.weighbridge.planner.fit.Machine;
import dev.weighbridge.planner.fit.MemoryUse;
import dev.weighbridge.planner.fit.Price;
import dev.weighbridge.planner.fit.Question;
import dev.weighbridge.planner.fit.Remedy;
import dev.weighbridge.planner.fit.TypicalDevices.Place;
import dev.weighbridge.planner.fit.Verdict;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Placement.Split;
import dev.weighbridge.planner.memory.Portion;
import dev.weighbridge.planner.memory.Runtime;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.precision.Precision.Format;
import dev.weighbridge.planner.precision.Precisions;
import dev.weighbridge.planner.speed.SpeedEstimate;
import dev.weighbridge.planner.speed.SpeedEstimate.Bound;
import dev.weighbridge.planner.speed.SpeedEstimate.Rate;
import java.util.List;
import java.util.Map;

/// Reports whose every figure is stated, so that what is written of them can be asserted whole.
final class Reports {
    private static final long GIB = 1L << 30;
    private static final Device CARD = device("Card 24GB", 24 * GIB, 0.5);
    private static final Device BIG_CARD = device("Card 80GB", 80 * GIB, 2.0);
    private static final Precision WHOLE = Precisions.parse("F16", Format.GGUF);
    private static final Precision FOUR_BITS = Precisions.parse("Q4_K_M", Format.GGUF);

    private Reports() {}

    /// Two precisions of Llama 3.1 8B on one card: 16 bits do not fit, 4 bits do.
    static FitReport table() {
        return new FitReport(
                "my-8b",
                question(),
                List.of(no(), yes()),
                false,
                List.of(new Place(CARD, FOUR_BITS), new Place(BIG_CARD, WHOLE)));
    }

    /// One of them.
    static FitReport single() {
        return new FitReport("my-8b", question(), List.of(yes()), true, List.of());
    }

    private static Question question() {
        KnownModel known = Catalogue.embedded().find("llama-3.1-8b").orElseThrow();
        Anatomy model = Anatomy.of("my-8b", AllFamilies.families().blueprint(known.config()));
        return new Question(
                model,
                new StatedRuntime(),
                Machine.of(CARD, 1),
                Workload.of(8192),
                Layout.free(),
                Budget.standard(),
                Exchange.usual());
    }

    private static Answer yes() {
        MemoryPlan plan = plan(5 * GIB);
        SpeedEstimate speed = new SpeedEstimate(
                new Rate(4000, 3000, 5000), new Rate(100, 80, 125), new Rate(100, 80, 125), 0.138, Bound.BANDWIDTH);
        HourlyCost hourly = HourlyCost.of(List.of(CARD), new Tenure.Rent()).orElseThrow();
        TokenCost tokens = TokenCost.of(hourly, 1, speed);
        return new Answer(
                FOUR_BITS,
                new Verdict.Fits(1, 1),
                allocation(plan),
                65_536,
                speed,
                new Price(
                        new Tenure.Rent(),
                        1,
                        hourly,
                        tokens,
                        tokens.query(512, 256),
                        Energy.of(List.of(CARD), speed).orElseThrow()),
                List.of());
    }

    private static Answer no() {
        Allocation allocation = allocation(plan(30 * GIB));
        return new Answer(
                WHOLE,
                new Verdict.DoesNotFit(new Shortage.Memory(allocation.uses().getFirst())),
                allocation,
                0,
                null,
                null,
                List.of(
                        new Remedy.OtherPrecision("Q4_K_M"),
                        new Remedy.OffloadLayers(20, 33, 12 * GIB),
                        new Remedy.MoreDevices(CARD, 2, new Split.Layers(List.of())),
                        new Remedy.OtherDevice(BIG_CARD)));
    }

    private static Allocation allocation(MemoryPlan plan) {
        return new Allocation(
                Placement.on(CARD),
                Workload.of(8192),
                plan,
                List.of(
                        new MemoryUse(0, CARD.name(), plan.on(0), 24 * GIB - GIB / 2),
                        new MemoryUse(Portion.HOST, "main memory", plan.on(Portion.HOST), Long.MAX_VALUE)));
    }

    private static MemoryPlan plan(long weights) {
        return MemoryPlan.of(
                List.of(
                        portion(Component.WEIGHTS, 0, weights, Basis.EXACT),
                        portion(Component.KV_CACHE, 0, GIB, Basis.EXACT),
                        portion(Component.COMPUTE, 0, GIB / 4, Basis.ESTIMATED),
                        portion(Component.COMPUTE, Portion.HOST, GIB / 16, Basis.ESTIMATED),
                        portion(Component.OVERHEAD, 0, GIB / 2, Basis.ESTIMATED)),
                List.of("a note of the runtime"));
    }

    private static Portion portion(Component component, int device, long bytes, Basis basis) {
        return new Portion(component, device, bytes, basis, "the formula of " + component.label());
    }

    private static Device device(String name, long bytes, double dollars) {
        return new Device(
                name,
                List.of(),
                "NVIDIA",
                Kind.ACCELERATOR,
                "Ada",
                bytes,
                bytes,
                1e12,
                Map.of("fp16", 1e14),
                new Device.Link("none", 0),
                300,
                dollars,
                null,
                "test",
                "2026-01-01");
    }

    /// Named, never asked.
    private record StatedRuntime() implements Runtime {
        @Override
        public String name() {
            return "llama.cpp";
        }

        @Override
        public String version() {
            return "b1";
        }

        @Override
        public MemoryPlan plan(Anatomy model, Precision precision, Workload workload, Placement placement) {
            throw new AssertionError("a report is written of answers alone");
        }
    }
}
