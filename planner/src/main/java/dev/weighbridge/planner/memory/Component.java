package dev.weighbridge.planner.memory;

import java.util.Locale;

/// What memory is taken for.
public enum Component {
    WEIGHTS,
    /// Keys and values, or the latents in their place.
    KV_CACHE,
    /// What recurrent, convolution and linear-attention layers keep of the past.
    RECURRENT_STATE,
    /// Activations and scratch of the computation.
    COMPUTE,
    /// Logits and embeddings handed out.
    OUTPUT,
    /// What the driver, the framework and captured graphs take whatever the model is.
    OVERHEAD,
    /// Gradients of trained parameters.
    GRADIENTS,
    /// Moments and master copies that an optimiser keeps.
    OPTIMIZER_STATE,
    /// What a training step keeps between forward and backward.
    ACTIVATIONS;

    /// The component in lower case, as shown and as written to JSON.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
