package dev.weighbridge.planner.memory.serving;

import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.planner.anatomy.Anatomy;

/// What a serving engine takes on: models with layers for text, be they decoders or encoders.
final class Servable {
    private Servable() {}

    /// Refuses the rest.
    ///
    /// @throws UnsupportedException for denoisers, codecs and models whose architecture is not known
    static void check(Anatomy model, String engine) {
        boolean isPicture = model.layers().stream()
                .anyMatch(layer -> layer.tower() == Tower.DENOISER || layer.tower() == Tower.CODEC);
        if (isPicture || model.textLayers().isEmpty()) {
            throw new UnsupportedException(
                    engine + " serves language models, and " + model.name() + " has no text layers to serve");
        }
    }
}
