package dev.weighbridge.cli.fit;

import dev.weighbridge.cli.failure.ExitCode;
import dev.weighbridge.cli.models.ModelSources;
import dev.weighbridge.cli.terminal.Terminal;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.fit.Answer;
import dev.weighbridge.planner.fit.Budget;
import dev.weighbridge.planner.fit.Fit;
import dev.weighbridge.planner.fit.Machine;
import dev.weighbridge.planner.fit.Question;
import dev.weighbridge.planner.fit.RuntimeChoice;
import dev.weighbridge.planner.fit.TrainingHelp;
import dev.weighbridge.planner.fit.TrainingRun;
import dev.weighbridge.planner.fit.TypicalDevices;
import dev.weighbridge.planner.fit.Verdict;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.precision.Precision.Format;
import dev.weighbridge.planner.precision.Precisions;
import dev.weighbridge.planner.speed.SpeedModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weigh fit`: says whether a model fits, how fast it runs and what it costs, at each precision.
@Command(
        name = "fit",
        description = "Say whether a model fits: memory at each precision, speed and cost on the devices named or on "
                + "this machine; if not, why and what would help.",
        footer = {
            "  weigh fit llama-3.1-8b                              on this machine, and where else",
            "  weigh fit llama-3.1-70b --device H100 --devices 2   on two of a device",
            "  weigh fit model.gguf --device 'RTX 4090' --context 32k --kv-type q8_0",
            "  weigh fit mixtral-8x7b --device 'RTX 3090' --device '128 GB DDR5-6000' --precision Q4_K_M",
            "  weigh fit hf:Qwen/Qwen3-32B --runtime vllm --device 4xL40S --parallel 64",
            "  weigh fit config.json --precision Q4_K_M --explain  each figure's derivation",
            "  weigh fit qwen3-8b --device A100 --precision FP8 --json | jq .memory.total"
        })
public final class FitCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Supplier<ModelSources> models;
    private final Supplier<Hardware> hardware;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            paramLabel = "<model>",
            description = "A path, hf:org/name[@rev][:file], ollama:name[:tag], ms:org/name, https://…, a known name.")
    private String source = "";

    @Mixin
    private HardwareOptions hardwareOptions = new HardwareOptions();

    @Mixin
    private WorkloadOptions workloadOptions = new WorkloadOptions();

    @Mixin
    private TrainingOptions trainingOptions = new TrainingOptions();

    @Mixin
    private CostOptions costOptions = new CostOptions();

    @Option(
            names = "--runtime",
            paramLabel = "<name>",
            description = "llama.cpp, vllm, sglang, transformers or weighbridge (default: by files and precision).")
    private @Nullable String runtime;

    @Option(
            names = "--precision",
            paramLabel = "<name>",
            description = "BF16, FP8, Q4_K_M, AWQ-4bit-g128 …, or several with commas (default: a table of the usual).")
    private @Nullable String precision;

    @Option(names = "--json", description = "Write JSON: an array over precisions, an object where one is named.")
    private boolean json;

    @Option(names = "--explain", description = "Show how each figure comes about.")
    private boolean explain;

    /// Reads models with `models` and devices with `hardware`, and writes to `terminal`.
    public FitCommand(Terminal terminal, Supplier<ModelSources> models, Supplier<Hardware> hardware) {
        this.terminal = terminal;
        this.models = models;
        this.hardware = hardware;
    }

    @Override
    public Integer call() throws IOException {
        Anatomy model = Anatomy.of(models.get().weigh(source));
        FitReport report;
        try {
            report = report(model, hardware.get());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        refuseTheImpossible(report);
        print(report);
        return report.isYes() ? ExitCode.FINE.number() : ExitCode.ANSWER_IS_NO.number();
    }

    /// What the runtime can run at none of the precisions is an error of the input, not an answer.
    private static void refuseTheImpossible(FitReport report) {
        Set<String> reasons = new LinkedHashSet<>();
        for (Answer answer : report.answers()) {
            if (!(answer.verdict() instanceof Verdict.Unsupported(String reason))) {
                return;
            }
            reasons.add(reason);
        }
        throw new UnsupportedException(String.join("; ", reasons));
    }

    private FitReport report(Anatomy model, Hardware available) {
        Machine machine = hardwareOptions.machine(available);
        Optional<TrainingRun> training = trainingOptions.run();
        if (training.isPresent()) {
            return training(model, available, machine, training.get());
        }
        List<Precision> named = named();
        FitReport report = null;
        for (RuntimeChoice choice : runtimes(machine, named)) {
            report = report(model, available, machine, choice, named);
            if (report.answers().stream().anyMatch(answer -> answer.allocation().isPresent())) {
                return report;
            }
        }
        return Objects.requireNonNull(report);
    }

    private FitReport report(
            Anatomy model, Hardware available, Machine machine, RuntimeChoice choice, List<Precision> named) {
        Question question = new Question(
                model,
                choice.runtime(),
                machine,
                workloadOptions.workload(model),
                hardwareOptions.layout(),
                choice.budget(),
                workloadOptions.exchange());
        TypicalDevices typical = TypicalDevices.of(available.catalogue());
        List<Precision> ladder = ladder(question);
        List<Precision> asked = named.isEmpty() ? ladder : named;
        Fit fit = new Fit(SpeedModel.embedded(), typical.devices(), costOptions.terms());
        return new FitReport(
                source,
                question,
                fit.answers(question, asked, ladder),
                named.size() == 1,
                hardwareOptions.isNamed() ? List.of() : typical.placesFor(question, asked));
    }

    /// Training has one answer: the precision is that of weights that stay as they are.
    private FitReport training(Anatomy model, Hardware available, Machine machine, TrainingRun run) {
        Question question = new Question(
                model,
                run,
                machine,
                trainingOptions.workload(model, workloadOptions.workload(model)),
                hardwareOptions.layout(),
                hardwareOptions.share().isPresent()
                        ? Budget.share(hardwareOptions.share().getAsDouble())
                        : Budget.standard(),
                workloadOptions.exchange());
        TypicalDevices typical = TypicalDevices.of(available.catalogue());
        List<Precision> asked = List.of(precision == null ? trainingOptions.base() : Precisions.parse(precision));
        Fit fit = new Fit(SpeedModel.embedded(), typical.devices(), costOptions.terms());
        return new FitReport(
                source,
                question,
                List.of(TrainingHelp.answer(fit, question, run, asked.getFirst())),
                true,
                hardwareOptions.isNamed() ? List.of() : typical.placesFor(question, asked));
    }

    /// The precisions named, as the runtime named would understand them.
    private List<Precision> named() {
        if (precision == null) {
            return List.of();
        }
        Format format = runtime == null
                ? Format.GGUF
                : RuntimeChoice.named(runtime, hardwareOptions.share())
                        .runtime()
                        .fileFormat();
        return Arrays.stream(precision.split(",", -1))
                .map(name -> Precisions.parse(name, format))
                .toList();
    }

    private List<RuntimeChoice> runtimes(Machine machine, List<Precision> named) {
        if (runtime != null) {
            return List.of(RuntimeChoice.named(runtime, hardwareOptions.share()));
        }
        Format format = named.isEmpty() ? Format.GGUF : named.getFirst().format();
        return RuntimeChoice.forFiles(format, machine, hardwareOptions.share());
    }

    /// What the files hold, where there are any, and the usual conversions; of those that come to the same
    /// the first.
    private static List<Precision> ladder(Question question) {
        List<Precision> ladder = new ArrayList<>();
        if (question.model().weights().stream()
                .anyMatch(weight -> weight.stored().isPresent())) {
            ladder.add(Precisions.asStored());
        }
        Set<Long> sizes = new HashSet<>();
        for (Precision precision : Precisions.standard(question.runtime().fileFormat())) {
            if (sizes.add(bytes(question.model(), precision))) {
                ladder.add(precision);
            }
        }
        return ladder;
    }

    /// Bytes of all weights; -1 where the model cannot be stored so.
    private static long bytes(Anatomy model, Precision precision) {
        try {
            return precision.store(model).total();
        } catch (UnsupportedException _) {
            return -1;
        }
    }

    private void print(FitReport report) {
        if (json) {
            FitJson.write(terminal.out(), report);
        } else if (explain) {
            FitExplanation explanation = new FitExplanation(terminal.out());
            report.best().ifPresent(best -> explanation.print(report.question(), best));
        } else {
            new FitText(terminal.out()).print(report);
        }
    }
}
