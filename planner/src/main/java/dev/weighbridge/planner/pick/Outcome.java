package dev.weighbridge.planner.pick;

/// What is said of one model of the catalogue.
public sealed interface Outcome {
    /// It is picked.
    record In(Choice choice) implements Outcome {}

    /// It is not.
    record Out(Exclusion reason) implements Outcome {}
}
