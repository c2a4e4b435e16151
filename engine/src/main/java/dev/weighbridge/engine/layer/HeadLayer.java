package dev.weighbridge.engine.layer;

import dev.weighbridge.engine.weight.Matrix;
import dev.weighbridge.model.block.Head;
import org.jspecify.annotations.Nullable;

/// Logits: `scale · (W x + b)`, capped.
///
/// @param block the constants
/// @param matrix W
/// @param bias b; null for none
record HeadLayer(Head block, Matrix matrix, float @Nullable [] bias) implements Layer {
    @Override
    public int width() {
        return matrix.rows();
    }

    @Override
    public void apply(Step step, float[] x, float[] y) {
        new LinearLayer(matrix, bias).apply(x, y, step.tokens());
        float scale = (float) block.scale();
        float cap = (float) block.softCap();
        if (scale == 1 && cap == 0) {
            return;
        }
        for (int i = 0; i < step.tokens() * width(); i++) {
            float logit = y[i] * scale;
            y[i] = cap == 0 ? logit : (float) (cap * Math.tanh(logit / cap));
        }
    }
}
