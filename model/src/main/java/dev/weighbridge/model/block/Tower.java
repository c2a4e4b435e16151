package dev.weighbridge.model.block;

import java.util.Locale;

/// The large parts of a model that differ in what they read.
public enum Tower {
    /// Whatever the surroundings are; the language model at the root.
    SAME,
    TEXT,
    ENCODER,
    VISION,
    AUDIO,
    /// What turns the output of one tower into the input of another.
    PROJECTOR,
    /// Next-token layers beyond the base model, used for training or speculation.
    NEXT_TOKEN,
    /// The denoiser of a diffusion model.
    DENOISER,
    /// Autoencoders and codecs.
    CODEC;

    /// The tower in lower case, as shown and as written to JSON.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
