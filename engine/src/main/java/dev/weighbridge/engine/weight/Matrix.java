package dev.weighbridge.engine.weight;

/// A weight matrix `W` of shape `[rows, columns]` in whatever storage, read-only and safe for many threads.
public interface Matrix {
    /// Length of an output.
    int rows();

    /// Length of an input.
    int columns();

    /// `y[t] = W x[t]` for `tokens` inputs: x is `[tokens, columns]`, y `[tokens, rows]`, both from their first element
    /// on.
    void multiply(float[] x, float[] y, int tokens);

    /// Copies one row into `target` from `offset` on.
    void row(int row, float[] target, int offset);
}
