package dev.weighbridge.planner.pick;

/// Why a model of the catalogue is not among those picked.
public enum Exclusion {
    OTHER_TASK("made for something else"),
    LICENCE("licence"),
    MODALITY("does not read what is asked"),
    LANGUAGE("language not listed"),
    CONTEXT("context too short"),
    NO_QUALITY("no score and nothing to estimate one by"),
    DOES_NOT_FIT("does not fit"),
    UNSUPPORTED("runtime cannot run it"),
    TOO_SLOW("too slow"),
    TOO_DEAR("too dear");

    private final String label;

    Exclusion(String label) {
        this.label = label;
    }

    /// In words, as shown.
    public String label() {
        return label;
    }
}
