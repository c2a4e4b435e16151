package dev.weighbridge.cli.validate;

import dev.weighbridge.cli.terminal.Terminal;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.planner.validation.Accuracy;
import dev.weighbridge.planner.validation.Table;
import dev.weighbridge.planner.validation.Validation;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `weigh validate`: predicts every row of a table of measurements and says how close the predictions came.
@Command(
        name = "validate",
        description = "Hold the plans against a table of measured allocations, start-ups, training peaks or speeds.",
        footer = {
            "  weigh validate allocations.csv --hparams hparams.json",
            "  weigh validate published_speed.csv --rows       every row, predicted beside measured",
            "  weigh validate published_speed.csv --json | jq .metrics"
        })
public final class ValidateCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Supplier<Validation> validation;

    @Parameters(arity = "1", paramLabel = "<table>", description = "A CSV file; its columns say what it measures.")
    private Path file = Path.of("");

    @Option(
            names = "--hparams",
            paramLabel = "<file>",
            description = "Hyperparameters that the rows' logs printed: a JSON object by row id.")
    private @Nullable Path hyperparameters;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Option(names = "--rows", description = "Show every row.")
    private boolean rows;

    /// Predicts with `validation` and writes to `terminal`.
    public ValidateCommand(Terminal terminal, Supplier<Validation> validation) {
        this.terminal = terminal;
        this.validation = validation;
    }

    @Override
    public Integer call() throws IOException {
        Table table = Table.read(file);
        Map<String, Config> printed =
                hyperparameters == null ? Map.of() : Validation.readHyperparameters(hyperparameters);
        Accuracy accuracy = validation.get().run(table, printed);
        if (json) {
            StringWriter text = new StringWriter();
            AccuracyJson.write(text, accuracy, rows);
            terminal.out().print(text);
        } else {
            new AccuracyText(terminal.out()).print(table, accuracy, rows);
        }
        return 0;
    }
}
