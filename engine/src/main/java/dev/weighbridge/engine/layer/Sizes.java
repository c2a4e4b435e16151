package dev.weighbridge.engine.layer;

import dev.weighbridge.model.blueprint.Hyperparameters;
import dev.weighbridge.model.config.Config;

/// Figures of the configuration that a layer's computation depends on beside its block.
///
/// @param contextLength positions that the model was trained on; 0 where unknown
record Sizes(long contextLength) {
    static Sizes of(Config config) {
        return new Sizes(Hyperparameters.of(config).values().getOrDefault("context_length", 0L));
    }

    /// Rows of a position table that no position uses come first (OPT: 2).
    int positionOffset(int rows) {
        long spare = rows - contextLength;
        return contextLength > 0 && spare > 0 && spare <= 2 ? (int) spare : 0;
    }
}
