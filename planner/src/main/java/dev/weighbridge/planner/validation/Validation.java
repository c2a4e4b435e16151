package dev.weighbridge.planner.validation;

import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.WeighException;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.speed.SpeedModel;
import dev.weighbridge.planner.speed.table.SpeedTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Predicts every row of a table and holds the predictions against what was measured.
public final class Validation {
    private final Families families;
    private final Catalogue catalogue;
    private final DeviceCatalogue devices;

    /// Builds models by `families` and finds those that a table only names in `catalogue`, its devices in `devices`.
    public Validation(Families families, Catalogue catalogue, DeviceCatalogue devices) {
        this.families = families;
        this.catalogue = catalogue;
        this.devices = devices;
    }

    /// Reads the hyperparameters that logs printed: a JSON object with one object for each row, by its `id`.
    ///
    /// @throws MalformedException if it is something else
    /// @throws IOException if it cannot be read
    @SuppressWarnings("unchecked") // an object's keys are texts
    public static Map<String, Config> readHyperparameters(Path file) throws IOException {
        JsonReader reader = new JsonReader(file.toString(), Files.readAllBytes(file), JsonReader.Dialect.STRICT);
        Object value = reader.value();
        reader.endDocument();
        if (!(value instanceof Map<?, ?> rows)) {
            throw new MalformedException(file + " holds no object of rows");
        }
        Config all = Config.of((Map<String, @Nullable Object>) rows);
        Map<String, Config> byRow = new LinkedHashMap<>();
        for (String id : all.names()) {
            byRow.put(id, all.part(id));
        }
        return byRow;
    }

    /// Predicts every row.
    ///
    /// @param hyperparameters of rows whose model the logs describe, by row
    /// @throws MalformedException if the table is of no known kind or a cell of it is unreadable
    public Accuracy run(Table table, Map<String, Config> hyperparameters) {
        ModelLookup models = new ModelLookup(families, catalogue, hyperparameters);
        RowPredictor predictor = switch (table.kind()) {
            case ALLOCATIONS -> new AllocationRows(models, new ServingRows(models, devices));
            case STARTUPS -> new ServingRows(models, devices);
            case TRAINING -> new TrainingRows(models, devices);
            case SPEED -> new SpeedRows(new SpeedTable(families, catalogue, devices, SpeedModel.embedded()));
        };
        List<Outcome> outcomes =
                table.rows().stream().map(row -> predict(predictor, row)).toList();
        return new Accuracy(outcomes);
    }

    /// What a runtime refuses to run it has no prediction for, and the row says so.
    private static Outcome predict(RowPredictor predictor, TableRow row) {
        try {
            return predictor.predict(row);
        } catch (MalformedException e) {
            throw e;
        } catch (WeighException e) {
            return new Outcome.Skipped(row.identifier(), e.getMessage());
        }
    }
}
