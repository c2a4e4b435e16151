package dev.weighbridge.planner.validation;

/// Turns a row into a question and its answer.
interface RowPredictor {
    /// What the plan says of the row.
    Outcome predict(TableRow row);
}
