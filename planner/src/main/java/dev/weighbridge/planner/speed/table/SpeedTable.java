package dev.weighbridge.planner.speed.table;

import dev.weighbridge.model.family.Families;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.speed.SpeedEstimate.Rate;
import dev.weighbridge.planner.speed.SpeedModel;
import dev.weighbridge.planner.speed.table.SpeedRow.Phase;
import java.util.Map;

/// What the laws say of the rows of a table.
public final class SpeedTable {
    private final Measurements measurements;
    private final SpeedModel model;

    /// Finds models in `catalogue`, builds them by `families`, finds devices in `devices` and predicts by `model`.
    public SpeedTable(Families families, Catalogue catalogue, DeviceCatalogue devices, SpeedModel model) {
        this.measurements = new Measurements(families, catalogue, devices);
        this.model = model;
    }

    /// What became of a row.
    public sealed interface Answer {
        /// It was predicted.
        ///
        /// @param row as the table states it
        /// @param backend that ran it
        /// @param isMixture whether a token meets only some of the model's weights
        /// @param rate predicted tokens a second of all sequences, with the band that should hold four in five
        /// @param rules what common rules say, by the rule's name
        record Predicted(SpeedRow row, String backend, boolean isMixture, Rate rate, Map<String, Double> rules)
                implements Answer {
            /// Copies the map.
            public Predicted {
                rules = Map.copyOf(rules);
            }
        }

        /// It lacks what a prediction needs.
        ///
        /// @param why what it lacks, in a sentence
        record Skipped(String why) implements Answer {}
    }

    /// Predicts a row.
    ///
    /// @param cells texts by column; a missing column is an empty cell
    /// @throws dev.weighbridge.model.error.MalformedException if a cell holds something that it cannot
    public Answer predict(Map<String, String> cells) {
        SpeedRow row = SpeedRow.of(cells);
        Measurements.Reading reading = measurements.read(row);
        if (reading.measurement().isEmpty()) {
            return new Answer.Skipped(reading.lacks());
        }
        Measurement measured = reading.measurement().get();
        Rate rate = row.phase() == Phase.PREFILL
                ? model.prefill(measured.work(), measured.deployment(), measured.load())
                : model.decode(measured.work(), measured.deployment(), measured.load());
        return new Answer.Predicted(
                row,
                measured.deployment().backend().label(),
                row.isMixture() || measured.work().isMixture(),
                rate,
                Rules.of(measured));
    }
}
