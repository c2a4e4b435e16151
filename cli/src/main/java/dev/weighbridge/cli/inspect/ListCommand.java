package dev.weighbridge.cli.inspect;

import static dev.weighbridge.cli.terminal.Columns.Align.LEFT;
import static dev.weighbridge.cli.terminal.Columns.Align.RIGHT;

import dev.weighbridge.cli.models.ModelSources;
import dev.weighbridge.cli.terminal.Columns;
import dev.weighbridge.cli.terminal.Style;
import dev.weighbridge.cli.terminal.Terminal;
import dev.weighbridge.files.local.FoundModel;
import dev.weighbridge.files.local.LocalModels;
import dev.weighbridge.files.local.ModelStore;
import dev.weighbridge.model.error.NotFoundException;
import dev.weighbridge.model.inventory.WeighedModel;
import dev.weighbridge.model.unit.ByteSize;
import dev.weighbridge.model.unit.Count;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `weigh list`: the models on this machine, each with its count, size and precision.
@Command(
        name = "list",
        description = "List the models on this machine with count, size and precision: those of Hugging Face, Ollama, "
                + "LM Studio, llama.cpp and ModelScope, or those of the folders named.",
        footer = {"  weigh list", "  weigh list ~/models", "  weigh list --json | jq -r .source"})
public final class ListCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Supplier<ModelSources> models;
    private final List<ModelStore> stores;

    @Parameters(arity = "0..*", paramLabel = "<folder>", description = "Folders to search, with all below them.")
    List<Path> folders = List.of();

    @Option(names = "--json", description = "One JSON object a line, as weigh inspect writes it.")
    boolean json;

    /// Looks into `stores` unless folders are named, and weighs with `models`.
    public ListCommand(Terminal terminal, Supplier<ModelSources> models, List<ModelStore> stores) {
        this.terminal = terminal;
        this.models = models;
        this.stores = List.copyOf(stores);
    }

    @Override
    public Integer call() {
        List<FoundModel> found = LocalModels.find(searched());
        if (found.isEmpty()) {
            terminal.err().println("no models found in " + String.join(", ", searchedFolders()));
            return 1;
        }
        return json ? asJson(found) : asTable(found);
    }

    private List<ModelStore> searched() {
        if (folders.isEmpty()) {
            return stores;
        }
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                throw new NotFoundException(folder + " is no folder");
            }
        }
        return folders.stream()
                .map(folder -> new ModelStore(ModelStore.Origin.FOLDER, folder))
                .toList();
    }

    private List<String> searchedFolders() {
        return searched().stream().map(store -> store.folder().toString()).toList();
    }

    private int asJson(List<FoundModel> found) {
        int[] exitCode = {0};
        weigh(
                found,
                (source, model) -> {
                    StringWriter line = new StringWriter();
                    SheetJson.write(line, source, model, false);
                    return line.toString();
                },
                (_, answer) -> {
                    switch (answer) {
                        case ModelSources.Answer.Rendered rendered ->
                            terminal.out().print(rendered.text());
                        case ModelSources.Answer.Failed failed -> {
                            StringWriter line = new StringWriter();
                            SheetJson.writeError(line, failed.source(), ModelSources.sentence(failed.failure()));
                            terminal.out().print(line);
                            exitCode[0] = 3;
                        }
                    }
                });
        return exitCode[0];
    }

    private int asTable(List<FoundModel> found) {
        Columns columns = Columns.of(LEFT, LEFT, RIGHT, RIGHT, LEFT);
        columns.row("MODEL", "FROM", "PARAMETERS", "SIZE", "PRECISION");
        List<String> failures = new ArrayList<>();
        weigh(
                found,
                (_, model) -> new Count(model.count().total()).words() + "\t" + precision(model),
                (one, answer) -> {
                    String size = new ByteSize(one.bytes()).toString();
                    switch (answer) {
                        case ModelSources.Answer.Rendered rendered -> {
                            int tab = rendered.text().indexOf('\t');
                            columns.row(
                                    one.name(),
                                    one.origin().label(),
                                    rendered.text().substring(0, tab),
                                    size,
                                    rendered.text().substring(tab + 1));
                        }
                        case ModelSources.Answer.Failed failed -> {
                            columns.row(one.name(), one.origin().label(), "?", size, "unreadable");
                            failures.add(one.address() + ": " + ModelSources.sentence(failed.failure()));
                        }
                    }
                });
        columns.lines().forEach(terminal.out()::println);
        terminal.out().flush();
        failures.forEach(failure -> terminal.err().println(terminal.err().paint(Style.RED, "weigh:") + " " + failure));
        return failures.isEmpty() ? 0 : 3;
    }

    /// The type that stores most of the bytes.
    private static String precision(WeighedModel model) {
        return Storage.of(model).byType().keySet().stream().findFirst().orElse("");
    }

    private interface Taker {
        void take(FoundModel model, ModelSources.Answer answer);
    }

    private void weigh(List<FoundModel> found, BiFunction<String, WeighedModel, String> render, Taker taker) {
        int[] next = {0};
        models.get()
                .weighAll(
                        found.stream().map(FoundModel::address).toList(),
                        render,
                        answer -> taker.take(found.get(next[0]++), answer));
    }
}
