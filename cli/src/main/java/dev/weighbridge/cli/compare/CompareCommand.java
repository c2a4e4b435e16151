package dev.weighbridge.cli.compare;

import dev.weighbridge.cli.failure.ExitCode;
import dev.weighbridge.cli.fit.Hardware;
import dev.weighbridge.cli.fit.HardwareOptions;
import dev.weighbridge.cli.fit.WorkloadOptions;
import dev.weighbridge.cli.terminal.Terminal;
import dev.weighbridge.planner.fit.RuntimeChoice;
import dev.weighbridge.planner.pick.Site;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.precision.Precision.Format;
import dev.weighbridge.planner.precision.Precisions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

/// `weigh compare`: models side by side.
@Command(
        name = "compare",
        description =
                "Compare models side by side: parameters, licence, memory, speed, cost and quality, each with its "
                        + "basis, and with charts as a page.",
        footer = {
            "  weigh compare qwen3-8b llama-3.1-8b gemma-3-12b",
            "  weigh compare qwen3-32b qwen3-30b-a3b --device 'RTX 4090' --context 32k",
            "  weigh compare ./mine.gguf llama-3.1-8b --html compare.html --task coding",
            "  weigh compare gpt-oss-20b qwen3.5-9b --device H100 --runtime vllm --json | jq .best"
        })
public final class CompareCommand implements Callable<Integer> {
    private static final int MOST_MODELS = 16;

    private final Terminal terminal;
    private final Supplier<ModelJudge> judges;
    private final Supplier<Hardware> hardware;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "2..*",
            paramLabel = "<model>",
            description = "Paths, hf:org/name[@rev][:file], ollama:name[:tag], ms:org/name, https://…, known names.")
    private List<String> sources = List.of();

    @Mixin
    private HardwareOptions hardwareOptions = new HardwareOptions();

    @Mixin
    private WorkloadOptions workloadOptions = new WorkloadOptions();

    @Option(
            names = "--runtime",
            paramLabel = "<name>",
            description = "llama.cpp, vllm, sglang, transformers or weighbridge (default: llama.cpp).")
    private String runtime = "llama.cpp";

    @Option(
            names = "--precision",
            paramLabel = "<names>",
            description = "The precisions to choose among, with commas (default: the usual ones of the runtime).")
    private @Nullable String precision;

    @Option(
            names = "--task",
            paramLabel = "<task>",
            description = "The task whose quality charts show (default: chat).")
    private String task = "chat";

    @Option(names = "--html", paramLabel = "<file>", description = "Write a page with charts.")
    private @Nullable Path html;

    @Option(names = "--json", description = "Write JSON.")
    private boolean json;

    /// Judges models with `judges` on devices of `hardware`, and writes to `terminal`.
    public CompareCommand(Terminal terminal, Supplier<ModelJudge> judges, Supplier<Hardware> hardware) {
        this.terminal = terminal;
        this.judges = judges;
        this.hardware = hardware;
    }

    @Override
    public Integer call() throws IOException {
        try {
            print(comparison());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        return ExitCode.FINE.number();
    }

    private Comparison comparison() throws IOException {
        if (sources.size() > MOST_MODELS) {
            throw new IllegalArgumentException(
                    "at most " + MOST_MODELS + " models stand side by side, not " + sources.size());
        }
        ModelJudge judge = judges.get();
        Site site = site();
        List<Compared> models = new ArrayList<>();
        for (String source : sources) {
            models.add(judge.judge(source, site));
        }
        return new Comparison(models, site, judge.tasks(), judge.task(task));
    }

    private void print(Comparison comparison) throws IOException {
        if (json) {
            CompareJson.write(terminal.out(), comparison);
        } else if (html == null) {
            new CompareText(terminal.out()).print(comparison);
        }
        if (html != null) {
            write(html, CompareHtml.page(comparison));
        }
    }

    /// Writes the whole file or none of it.
    private void write(Path target, String page) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null || Files.isDirectory(target)) {
            throw new IllegalArgumentException("--html needs a file, and " + target + " is a folder");
        }
        Path unfinished = Files.createTempFile(folder, ".weigh", ".html");
        try {
            Files.writeString(unfinished, page);
            Files.move(unfinished, target, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        terminal.err().println("wrote " + target);
    }

    private Site site() {
        RuntimeChoice choice = RuntimeChoice.named(runtime, hardwareOptions.share());
        Format format = choice.runtime().fileFormat();
        List<Precision> ladder = precision == null
                ? Precisions.standard(format)
                : Arrays.stream(precision.split(",", -1))
                        .map(name -> Precisions.parse(name, format))
                        .toList();
        return new Site(
                choice.runtime(),
                choice.budget(),
                hardwareOptions.machine(hardware.get()),
                workloadOptions.workload(),
                workloadOptions.isContextGiven(),
                hardwareOptions.layout(),
                workloadOptions.exchange(),
                ladder);
    }
}
