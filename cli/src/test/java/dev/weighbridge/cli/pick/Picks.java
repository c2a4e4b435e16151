package dev.weighbridge.cli.pick;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.catalogue.ModelFacts;
import dev.weighbridge.planner.catalogue.ModelFacts.Commercial;
import dev.weighbridge.planner.catalogue.Score;
import dev.weighbridge.planner.cost.HourlyCost;
import dev.weighbridge.planner.cost.Tenure;
import dev.weighbridge.planner.cost.TokenCost;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.Device.Kind;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.fit.Allocation;
import dev.weighbridge.planner.fit.Answer;
import dev.weighbridge.planner.fit.Budget;
import dev.weighbridge.planner.fit.Exchange;
import dev.weighbridge.planner.fit.Layout;
import dev.weighbridge.planner.fit.Machine;
import dev.weighbridge.planner.fit.Price;
import dev.weighbridge.planner.fit.Verdict;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Portion;
import dev.weighbridge.planner.memory.Runtime;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.pick.Choice;
import dev.weighbridge.planner.pick.Criteria;
import dev.weighbridge.planner.pick.Exclusion;
import dev.weighbridge.planner.pick.Ranking;
import dev.weighbridge.planner.pick.Ranking.Place;
import dev.weighbridge.planner.pick.Site;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.precision.Precision.Format;
import dev.weighbridge.planner.precision.Precisions;
import dev.weighbridge.planner.quality.Benchmark;
import dev.weighbridge.planner.quality.Quality;
import dev.weighbridge.planner.quality.Quality.Part;
import dev.weighbridge.planner.quality.QuantizationLoss.Loss;
import dev.weighbridge.planner.quality.Task;
import dev.weighbridge.planner.speed.SpeedEstimate;
import dev.weighbridge.planner.speed.SpeedEstimate.Bound;
import dev.weighbridge.planner.speed.SpeedEstimate.Rate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Picks whose every figure is stated, so that what is written of them can be asserted whole.
final class Picks {
    private static final long GIB = 1L << 30;
    private static final Device CARD = new Device(
            "Card 24GB",
            List.of(),
            "Maker",
            Kind.ACCELERATOR,
            "First",
            24 * GIB,
            24 * GIB,
            1e12,
            Map.of(),
            Device.Link.NONE,
            300,
            0.5,
            null,
            "test",
            "2026");
    private static final Benchmark EXAM = new Benchmark("exam", "Exam", 200, 0.25, false, "test");
    private static final Benchmark RIDDLE = new Benchmark("riddle", "Riddle", 100, 0, false, "test");
    static final Task TASK = new Task("chat", "answers", List.of(EXAM, RIDDLE));
    private static final Precision FOUR_BITS = Precisions.parse("Q4_K_M", Format.GGUF);

    private Picks() {}

    /// Three models: two tie at the top, the third is small and fast.
    static PickReport three() {
        Place best = new Place(
                1,
                true,
                true,
                choice("aurora-30b", "Aurora Lab", "Apache-2.0", 30_000_000_000L, 18 * GIB, 40, 70, true));
        Place second = new Place(
                1, true, false, choice("borealis-27b", "Boreal", "MIT", 27_000_000_000L, 17 * GIB, 38, 68, false));
        Place third =
                new Place(3, false, true, choice("comet-1b", "Aurora Lab", "MIT", 1_000_000_000L, GIB, 400, 30, true));
        return report(List.of(best, second, third));
    }

    /// Many models, for a list longer than the screen.
    static PickReport many(int count) {
        return report(java.util.stream.IntStream.rangeClosed(1, count)
                .mapToObj(rank -> new Place(
                        rank,
                        false,
                        false,
                        choice("model-" + rank, "Lab", "MIT", 8_000_000_000L, 6 * GIB, 100, 99 - rank, true)))
                .toList());
    }

    static PickReport report(List<Place> places) {
        Site site = new Site(
                new StatedRuntime(),
                Budget.standard(),
                Machine.of(CARD, 1),
                Workload.of(8192),
                true,
                Layout.free(),
                Exchange.usual(),
                List.of(FOUR_BITS));
        Ranking ranking = new Ranking(places, Map.of(Exclusion.OTHER_TASK, 5, Exclusion.DOES_NOT_FIT, 2));
        return new PickReport(Criteria.of(TASK), site, ranking, _ -> 32_768);
    }

    private static Choice choice(
            String name,
            String publisher,
            String licence,
            long parameters,
            long bytes,
            double decode,
            double quality,
            boolean isPublished) {
        ModelFacts facts = new ModelFacts(
                name,
                publisher,
                licence,
                Commercial.YES,
                "2026-03-01",
                131_072L,
                List.of("en", "de"),
                null,
                List.of("text"),
                List.of("text"),
                List.of("chat"),
                true,
                parameters,
                parameters,
                null,
                "https://example.org/" + name);
        Loss loss = new Loss(0.4, 0.2, 0.8, Basis.PUBLISHED);
        return new Choice(facts, quality(name, quality, isPublished), loss, answer(bytes, decode));
    }

    private static Quality quality(String name, double value, boolean isPublished) {
        Score score = isPublished
                ? new Score(name, "exam", value, Score.Mode.THINKING, Score.By.INDEPENDENT, "tester", "2026-04", null)
                : null;
        return new Quality(
                TASK, value, value - 4, value + 4, List.of(part(EXAM, value, score), part(RIDDLE, value, score)));
    }

    private static Part part(Benchmark benchmark, double value, @Nullable Score score) {
        return new Part(benchmark, value, value - 5, value + 5, score);
    }

    private static Answer answer(long bytes, double decode) {
        MemoryPlan plan = MemoryPlan.of(
                List.of(
                        new Portion(Component.WEIGHTS, 0, bytes - GIB / 2, Basis.EXACT, "weights"),
                        new Portion(Component.KV_CACHE, 0, GIB / 2, Basis.ESTIMATED, "cache")),
                List.of());
        Allocation allocation = new Allocation(Placement.on(CARD), Workload.of(8192), plan, List.of());
        SpeedEstimate speed = new SpeedEstimate(
                new Rate(decode * 20, decode * 15, decode * 25),
                new Rate(decode, decode * 0.8, decode * 1.25),
                new Rate(decode, decode * 0.8, decode * 1.25),
                0.1,
                Bound.BANDWIDTH);
        HourlyCost hourly = new HourlyCost(0.5, 0, List.of("test, 2026-04"));
        TokenCost tokens = TokenCost.of(hourly, 1, speed);
        Price price = new Price(new Tenure.Rent(), 1, hourly, tokens, tokens.query(512, 256), null);
        return new Answer(FOUR_BITS, new Verdict.Fits(1, 1), allocation, 0, speed, price, List.of());
    }

    /// A runtime that is only named.
    private static final class StatedRuntime implements Runtime {
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
            throw new AssertionError("nothing is planned in these tests");
        }
    }
}
