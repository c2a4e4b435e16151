package dev.weighbridge.planner.validation;

import java.util.List;

/// What became of a row.
public sealed interface Outcome {
    /// The row's identifier, or its line where the table has none.
    String id();

    /// It was predicted.
    ///
    /// @param runtime that ran the model
    /// @param architecture as the table or else the blueprint names it
    /// @param model as the table names it
    /// @param observations at least one
    record Predicted(String id, String runtime, String architecture, String model, List<Observation> observations)
            implements Outcome {
        /// Copies the list.
        public Predicted {
            observations = List.copyOf(observations);
        }
    }

    /// It lacks what a prediction needs.
    ///
    /// @param why what it lacks
    record Skipped(String id, String why) implements Outcome {}
}
