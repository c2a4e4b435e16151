package dev.weighbridge.cli.emit;

import dev.weighbridge.cli.failure.ExitCode;
import dev.weighbridge.cli.fit.Hardware;
import dev.weighbridge.cli.fit.HardwareOptions;
import dev.weighbridge.cli.fit.WorkloadOptions;
import dev.weighbridge.cli.models.ModelSources;
import dev.weighbridge.cli.terminal.Terminal;
import dev.weighbridge.model.checkpoint.Format;
import dev.weighbridge.model.inventory.WeighedModel;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.emit.Deployment;
import dev.weighbridge.planner.emit.ModelAddress;
import dev.weighbridge.planner.emit.Target;
import dev.weighbridge.planner.fit.Answer;
import dev.weighbridge.planner.fit.Fit;
import dev.weighbridge.planner.fit.Machine;
import dev.weighbridge.planner.fit.Question;
import dev.weighbridge.planner.fit.RuntimeChoice;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.precision.Precisions;
import dev.weighbridge.planner.speed.SpeedModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

/// `weigh emit`: plans as `weigh fit` does and writes what carries the plan out.
@Command(
        name = "emit",
        description = "Write the launch command, script or manifest that runs a model as weigh fit plans it.",
        footer = {
            "  weigh emit model-Q4_K_M.gguf --runtime llama-server --device 'RTX 4090' --context 32k",
            "  weigh emit hf:Qwen/Qwen3-32B --runtime vllm --device 4xL40S --parallel 64",
            "  weigh emit llama-3.1-70b --runtime k8s --device 2xH100 --precision FP8 | kubectl apply -f -",
            "  weigh emit hf:unsloth/Qwen3-8B-GGUF:Q4_K_M --runtime ollama --kv-type q8_0 > Modelfile",
            "  weigh emit qwen3-8b --runtime docker-compose --server sglang --device A100"
        })
public final class EmitCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Supplier<ModelSources> models;
    private final Supplier<? extends Hardware> hardware;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            paramLabel = "<model>",
            description = "A path, hf:org/name[@rev][:file], ollama:name[:tag], https://…, a known name.")
    private String source = "";

    @Option(
            names = "--runtime",
            required = true,
            paramLabel = "<name>",
            description = "llama-server, vllm, sglang, tgi, ollama, transformers, k8s or docker-compose.")
    private String runtime = "";

    @Option(
            names = "--server",
            paramLabel = "<name>",
            description = "The server that k8s and docker-compose start: llama-server, vllm, sglang or tgi "
                    + "(default: by the files).")
    private @Nullable String server;

    @Option(
            names = "--precision",
            paramLabel = "<name>",
            description = "BF16, FP8, Q4_K_M … (default: that of the files, else the largest usual one that fits).")
    private @Nullable String precision;

    @Mixin
    private HardwareOptions hardwareOptions = new HardwareOptions();

    @Mixin
    private WorkloadOptions workloadOptions = new WorkloadOptions();

    /// Reads models with `models` and devices with `hardware`, and writes to `terminal`.
    public EmitCommand(Terminal terminal, Supplier<ModelSources> models, Supplier<? extends Hardware> hardware) {
        this.terminal = terminal;
        this.models = models;
        this.hardware = hardware;
    }

    @Override
    public Integer call() throws IOException {
        try {
            Target target = Target.parse(runtime);
            Optional<Target> inner = Optional.ofNullable(server).map(Target::parse);
            WeighedModel weighed = models.get().weigh(source);
            boolean isGguf = weighed.checkpoint().format() == Format.GGUF;
            ModelAddress address = Addresses.of(source, weighed.checkpoint());
            Target planned = target.isWrapper() ? inner.orElse(usual(isGguf)) : target;
            Question question = question(Anatomy.of(weighed), planned);
            Answer answer = answer(question, address);
            Deployment deployment = Deployment.of(question, answer, address, isGguf);
            terminal.out()
                    .print(target.write(deployment, target.isWrapper() ? Optional.of(planned) : Optional.empty()));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        return ExitCode.FINE.number();
    }

    /// The server that a container starts where the user does not say.
    private Target usual(boolean isGguf) {
        boolean namesGguf = precision != null && Precisions.parse(precision).format() == Precision.Format.GGUF;
        return isGguf || namesGguf ? Target.LLAMA_SERVER : Target.VLLM;
    }

    private Question question(Anatomy model, Target planned) {
        RuntimeChoice choice = RuntimeChoice.named(planned.planner(), hardwareOptions.share());
        Machine machine = hardwareOptions.machine(hardware.get());
        return new Question(
                model,
                choice.runtime(),
                machine,
                workloadOptions.workload(model),
                hardwareOptions.layout(),
                choice.budget(),
                workloadOptions.exchange());
    }

    /// The answer for the precision named; else for that of the files or of the configuration, or for the
    /// largest usual
    /// one that fits.
    private Answer answer(Question question, ModelAddress address) {
        Fit fit = new Fit(SpeedModel.embedded(), List.of());
        if (precision != null) {
            return fit.answer(
                    question, Precisions.parse(precision, question.runtime().fileFormat()));
        }
        boolean hasFiles = address instanceof ModelAddress.Local
                || question.model().weights().stream()
                        .anyMatch(weight -> weight.stored().isPresent());
        boolean isConverted = question.runtime().fileFormat() == Precision.Format.GGUF;
        List<Precision> ladder = new ArrayList<>();
        if (hasFiles || !isConverted) {
            ladder.add(Precisions.asStored());
        }
        if (!hasFiles) {
            ladder.addAll(Precisions.standard(question.runtime().fileFormat()));
        }
        List<Answer> answers = new ArrayList<>();
        for (Precision usual : ladder) {
            Answer answer = fit.answer(question, usual);
            if (answer.verdict().isYes()) {
                return answer;
            }
            answers.add(answer);
        }
        return answers.getLast();
    }
}
