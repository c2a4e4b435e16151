package dev.weighbridge.planner.validation;

import dev.weighbridge.planner.speed.SpeedEstimate.Rate;
import dev.weighbridge.planner.speed.table.SpeedRow;
import dev.weighbridge.planner.speed.table.SpeedTable;
import dev.weighbridge.planner.speed.table.SpeedTable.Answer;
import dev.weighbridge.planner.validation.Observation.Quantity;
import java.util.List;

/// Rows of measured speeds.
final class SpeedRows implements RowPredictor {
    private final SpeedTable table;

    SpeedRows(SpeedTable table) {
        this.table = table;
    }

    @Override
    public Outcome predict(TableRow row) {
        return switch (table.predict(row.cells())) {
            case Answer.Skipped(String why) -> new Outcome.Skipped(row.identifier(), why);
            case Answer.Predicted answer
            when answer.row().isSuspect() ->
                new Outcome.Skipped(row.identifier(), "the source itself doubts the figure");
            case Answer.Predicted answer
            when answer.row().tokensPerSecond() <= 0 ->
                new Outcome.Skipped(row.identifier(), "the table states no speed");
            case Answer.Predicted answer -> {
                Rate rate = answer.rate();
                yield new Outcome.Predicted(
                        row.identifier(),
                        answer.backend(),
                        answer.isMixture() ? "mixture" : "dense",
                        answer.row().model(),
                        List.of(new Observation(
                                quantity(answer),
                                rate.tokensPerSecond(),
                                answer.row().tokensPerSecond(),
                                rate.low(),
                                rate.high(),
                                answer.rules())));
            }
        };
    }

    private static Quantity quantity(Answer.Predicted answer) {
        if (answer.row().phase() == SpeedRow.Phase.PREFILL) {
            return Quantity.PREFILL;
        }
        return answer.isMixture() ? Quantity.DECODE_MIXTURE : Quantity.DECODE_DENSE;
    }
}
