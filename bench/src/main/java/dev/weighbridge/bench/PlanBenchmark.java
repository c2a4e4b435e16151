package dev.weighbridge.bench;

import dev.weighbridge.model.family.registry.AllFamilies;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.catalogue.KnownModel;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.fit.Answer;
import dev.weighbridge.planner.fit.Exchange;
import dev.weighbridge.planner.fit.Fit;
import dev.weighbridge.planner.fit.Layout;
import dev.weighbridge.planner.fit.Machine;
import dev.weighbridge.planner.fit.Question;
import dev.weighbridge.planner.fit.RuntimeChoice;
import dev.weighbridge.planner.fit.TypicalDevices;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.precision.Precisions;
import dev.weighbridge.planner.speed.SpeedModel;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What a plan costs, once a model's anatomy is known: one plan, one answer (a plan, its largest context,
/// its speed), and the whole table over precisions with everything that would help.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class PlanBenchmark {
    /// Dense, windowed, a large mixture with latent attention.
    @Param({"llama-3.1-8b", "gemma-3-27b", "deepseek-v3"})
    public String model = "";

    /// Runtimes by name.
    @Param({"llama.cpp", "vllm"})
    public String runtime = "";

    private Fit fit = new Fit(SpeedModel.embedded(), List.of());
    private Question question = question("llama-3.1-8b", "vllm");
    private List<Precision> ladder = List.of();

    /// Reads the catalogues.
    @Setup
    public void prepare() {
        question = question(model, runtime);
        ladder = Precisions.standard(question.runtime().fileFormat());
        fit = new Fit(
                SpeedModel.embedded(),
                TypicalDevices.of(DeviceCatalogue.embedded()).devices());
    }

    private static Question question(String name, String runtime) {
        KnownModel known = Catalogue.embedded().find(name).orElseThrow();
        Anatomy anatomy = Anatomy.of(name, AllFamilies.families().blueprint(known.config()));
        RuntimeChoice choice = RuntimeChoice.named(runtime, OptionalDouble.empty());
        return new Question(
                anatomy,
                choice.runtime(),
                Machine.of(DeviceCatalogue.embedded().find("H200").orElseThrow(), 1),
                Workload.of(8192),
                Layout.free(),
                choice.budget(),
                Exchange.usual());
    }

    /// One plan.
    @Benchmark
    public MemoryPlan plan() {
        return question.runtime()
                .plan(
                        question.model(),
                        ladder.getFirst(),
                        question.workload(),
                        Placement.on(question.machine().devices().getFirst()));
    }

    /// One answer.
    @Benchmark
    public Answer answer() {
        return fit.answer(question, ladder.getLast());
    }

    /// A table.
    @Benchmark
    public List<Answer> table() {
        return fit.answers(question, ladder, ladder);
    }
}
