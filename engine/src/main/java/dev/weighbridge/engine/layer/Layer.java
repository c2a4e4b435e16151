package dev.weighbridge.engine.layer;

/// What one block computes. Holds weights alone: safe for many sessions at a time.
public interface Layer {
    /// Length of an output row.
    int width();

    /// Computes `y` from `x` for the tokens of a step.
    ///
    /// @param x `[tokens, input width]`, left as it is
    /// @param y `[tokens, width]`
    void apply(Step step, float[] x, float[] y);
}
