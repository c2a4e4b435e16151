package dev.weighbridge.engine.layer;

import dev.weighbridge.engine.weight.Matrix;
import dev.weighbridge.engine.weight.Weights;
import dev.weighbridge.model.block.Linear;
import org.jspecify.annotations.Nullable;

/// `y = W x + b`.
///
/// @param matrix W
/// @param bias b; null for none
record LinearLayer(Matrix matrix, float @Nullable [] bias) implements Layer {
    static LinearLayer of(Linear linear, String path, Weights weights) {
        float[] bias = linear.bias() ? weights.floats(path + linear.style().bias()) : null;
        return new LinearLayer(weights.matrix(path, linear), bias);
    }

    @Override
    public int width() {
        return matrix.rows();
    }

    @Override
    public void apply(Step step, float[] x, float[] y) {
        apply(x, y, step.tokens());
    }

    /// The same for any number of rows.
    void apply(float[] x, float[] y, int rows) {
        matrix.multiply(x, y, rows);
        if (bias != null) {
            int width = width();
            for (int t = 0; t < rows; t++) {
                for (int i = 0; i < width; i++) {
                    y[t * width + i] += bias[i];
                }
            }
        }
    }
}
