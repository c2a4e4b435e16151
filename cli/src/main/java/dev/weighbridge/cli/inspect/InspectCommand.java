package dev.weighbridge.cli.inspect;

import dev.weighbridge.cli.models.ModelSources;
import dev.weighbridge.cli.terminal.Output;
import dev.weighbridge.cli.terminal.Style;
import dev.weighbridge.cli.terminal.Terminal;
import dev.weighbridge.model.inventory.WeighedModel;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weigh inspect`: says exactly what parameters a model has.
@Command(
        name = "inspect",
        description = "Say exactly what parameters a model has: count, active, by role, as stored, at each precision.",
        footer = {
            "  weigh inspect llama-3.1-70b                     a known name, from its configuration",
            "  weigh inspect model.gguf                        a file, read to the end of its header",
            "  weigh inspect hf:Qwen/Qwen3-8B                  a repository, by range requests alone",
            "  weigh inspect ollama:llama3.2 --tree            the blueprint",
            "  weigh inspect config.json --explain             each figure's derivation",
            "  weigh inspect --diff mixtral-8x7b mixtral-8x22b",
            "  weigh inspect --json 'models/**' | jq .parameters.total"
        })
public final class InspectCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Supplier<ModelSources> models;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "1..*",
            paramLabel = "<model>",
            description =
                    "A path, hf:org/name[@rev][:file], ollama:name[:tag], ms:org/name, https://…, a known name, or a "
                            + "pattern with * over paths.")
    private List<String> named = List.of();

    @Option(names = "--json", description = "One JSON object a line, in the order given.")
    private boolean json;

    @Option(names = "--tensors", description = "List every tensor.")
    private boolean tensors;

    @Option(names = "--tree", description = "Show the blueprint: the blocks the model is made of.")
    private boolean tree;

    @Option(names = "--explain", description = "Show how each figure comes about.")
    private boolean explain;

    @Option(names = "--diff", description = "Show where two models differ; exit code 1 if they do.")
    private boolean diff;

    @Option(
            names = "--html",
            paramLabel = "<file>",
            description = "Write the sheet of one model as a self-contained page.")
    private @Nullable Path html;

    /// Reads with `models` and writes to `terminal`.
    public InspectCommand(Terminal terminal, Supplier<ModelSources> models) {
        this.terminal = terminal;
        this.models = models;
    }

    @Override
    public Integer call() throws IOException {
        ModelSources sources = models.get();
        List<String> expanded = sources.expand(named);
        if (diff) {
            return diff(sources, expanded);
        }
        if (html != null) {
            return page(sources, expanded, html);
        }
        Report report = new Report(expanded.size() == 1);
        sources.weighAll(expanded, this::render, report::add);
        return report.exitCode();
    }

    private int diff(ModelSources sources, List<String> expanded) throws IOException {
        if (expanded.size() != 2) {
            throw usage("--diff compares exactly two models, found " + expanded.size());
        }
        WeighedModel a = sources.weigh(expanded.get(0));
        WeighedModel b = sources.weigh(expanded.get(1));
        return new DiffText(terminal.out()).print(a, b) ? 0 : 1;
    }

    private int page(ModelSources sources, List<String> expanded, Path file) throws IOException {
        if (expanded.size() != 1) {
            throw usage("--html shows exactly one model, found " + expanded.size());
        }
        String page = SheetHtml.page(sources.weigh(expanded.getFirst()));
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw usage("the folder of " + file + " does not exist");
        }
        Path unfinished = Files.createTempFile(folder, ".weigh", ".html");
        try {
            Files.writeString(unfinished, page);
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        terminal.err().println("wrote " + file);
        return 0;
    }

    private ParameterException usage(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }

    /// What is printed for one model; runs beside others, so it touches nothing shared.
    private String render(String source, WeighedModel model) {
        StringWriter text = new StringWriter();
        if (json) {
            SheetJson.write(text, source, model, tensors);
            return text.toString();
        }
        Output out = terminal.out().onto(text);
        if (tree) {
            model.blueprint()
                    .ifPresentOrElse(
                            new TreeText(out)::print,
                            () -> out.println(model.checkpoint().name()
                                    + ": no family knows its architecture, so there is " + "no blueprint to show"));
        }
        if (explain) {
            new ExplainText(out).print(model);
        }
        if (tensors) {
            new TensorsText(out).print(model);
        }
        if (!tree && !explain && !tensors) {
            new SheetText(out).print(model);
        }
        out.flush();
        return text.toString();
    }

    /// Prints answers in the order of the arguments; an unreadable model leaves the others answered.
    private final class Report {
        private final boolean single;
        private int exitCode;
        private boolean first = true;

        Report(boolean single) {
            this.single = single;
        }

        void add(ModelSources.Answer answer) {
            switch (answer) {
                case ModelSources.Answer.Rendered rendered -> {
                    if (!json && !first) {
                        terminal.out().println();
                    }
                    first = false;
                    terminal.out().print(rendered.text());
                }
                case ModelSources.Answer.Failed(String source, RuntimeException failure) -> fail(source, failure);
            }
        }

        private void fail(String source, RuntimeException failure) {
            if (json) {
                StringWriter text = new StringWriter();
                SheetJson.writeError(text, source, ModelSources.sentence(failure));
                terminal.out().print(text);
                exitCode = 3;
            } else if (single) {
                throw failure;
            } else {
                terminal.out().flush();
                terminal.err()
                        .println(terminal.err().paint(Style.RED, "weigh:") + " " + source + ": "
                                + ModelSources.sentence(failure));
                exitCode = 3;
            }
        }

        int exitCode() {
            return exitCode;
        }
    }
}
