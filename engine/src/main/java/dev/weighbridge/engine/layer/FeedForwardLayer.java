package dev.weighbridge.engine.layer;

import dev.weighbridge.model.block.FeedForward;
import org.jspecify.annotations.Nullable;

/// `down(act(up(x)))`, or `down(act(gate(x)) · up(x))` when gated.
///
/// @param block the constants
/// @param gate the gate alone; null where there is none or it is fused
/// @param up the inner projection; null where it is fused
/// @param fused gate and up in one matrix; null for none
/// @param order how the rows of `fused` alternate
/// @param down the outer projection
/// @param inner a norm between; null for none
record FeedForwardLayer(
        FeedForward block,
        @Nullable LinearLayer gate,
        @Nullable LinearLayer up,
        @Nullable LinearLayer fused,
        FusedOrder order,
        LinearLayer down,
        @Nullable NormLayer inner)
        implements Layer {
    /// How gate and up lie in one matrix.
    enum FusedOrder {
        /// All of the gate, then all of up.
        HALVES,
        /// Row by row in turn (gpt-oss).
        ALTERNATING
    }

    @Override
    public int width() {
        return down.width();
    }

    @Override
    public void apply(Step step, float[] x, float[] y) {
        apply(step, x, y, step.tokens());
    }

    /// The same for any number of rows.
    void apply(Step step, float[] x, float[] y, int rows) {
        int width = Math.toIntExact(block.inner());
        float[] hidden = step.borrow(rows * width);
        float[] gates = step.borrow(rows * width);
        project(step, x, gates, hidden, rows, width);
        activate(gates, hidden, rows, width);
        if (inner != null) {
            inner.pieces(hidden, rows, 1, width);
        }
        down.apply(hidden, y, rows);
        step.giveBack(gates);
        step.giveBack(hidden);
    }

    private void project(Step step, float[] x, float[] gates, float[] hidden, int rows, int width) {
        if (fused != null) {
            float[] both = step.borrow(rows * 2 * width);
            fused.apply(x, both, rows);
            boolean alternating = order == FusedOrder.ALTERNATING;
            for (int t = 0; t < rows; t++) {
                int from = t * 2 * width;
                for (int i = 0; i < width; i++) {
                    gates[t * width + i] = both[alternating ? from + 2 * i : from + i];
                    hidden[t * width + i] = both[alternating ? from + 2 * i + 1 : from + width + i];
                }
            }
            step.giveBack(both);
            return;
        }
        if (gate != null) {
            gate.apply(x, gates, rows);
        }
        if (up != null) {
            up.apply(x, hidden, rows);
        }
    }

    /// gpt-oss clamps both sides and gates by `g · σ(1.702 g) · (u + 1)`; all others by `act(g) · u`.
    private void activate(float[] gates, float[] hidden, int rows, int width) {
        int count = rows * width;
        float limit = (float) block.activation().limit();
        if (block.gated() && order == FusedOrder.ALTERNATING && Float.isFinite(limit)) {
            for (int i = 0; i < count; i++) {
                float g = Math.min(gates[i], limit);
                float u = Math.clamp(hidden[i], -limit, limit);
                hidden[i] = (float) ((u + 1) * g * Activations.sigmoid(1.702 * g));
            }
            return;
        }
        Activations.Curve curve = Activations.of(block.activation());
        float[] input = block.gated() ? gates : hidden;
        if (block.activation().sparsity() > 0) {
            cutOff(input, rows, width);
        }
        for (int i = 0; i < count; i++) {
            float activated = curve.of(Math.min(input[i], limit));
            hidden[i] = block.gated() ? activated * Math.clamp(hidden[i], -limit, limit) : activated;
        }
    }

    /// Gemma 3n: what lies below the quantile of a normal distribution of the row's mean and deviation is zero, the
    /// rest
    /// counts from there.
    private void cutOff(float[] values, int rows, int width) {
        double quantile = NormalQuantile.of(block.activation().sparsity());
        for (int t = 0; t < rows; t++) {
            double mean = 0;
            for (int i = 0; i < width; i++) {
                mean += values[t * width + i];
            }
            mean /= width;
            double variance = 0;
            for (int i = 0; i < width; i++) {
                double distance = values[t * width + i] - mean;
                variance += distance * distance;
            }
            float from = (float) (mean + quantile * Math.sqrt(variance / width));
            for (int i = 0; i < width; i++) {
                values[t * width + i] = Math.max(0, values[t * width + i] - from);
            }
        }
    }
}
