package dev.weighbridge.engine.layer;

import dev.weighbridge.model.block.LinearAttention;
import dev.weighbridge.model.block.Slot;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A gated delta net (arXiv:2412.06464, equation 10), one position after the other: the state of a head is a matrix
/// `[keyHeadDim, valueHeadDim]` that forgets by a gate, and learns what it would have recalled wrongly.
///
/// @param fused queries, keys, values and gates of each key head in turn; null where apart
/// @param queryKeyValue all queries, all keys, all values; null where fused
/// @param gate of the output; null where fused
/// @param fusedRates β and α of each key head in turn; null where apart
/// @param beta how much is learned; null where fused
/// @param alpha how much is kept; null where fused
/// @param stepBias added to α
/// @param decays A, one number a value head
/// @param norm of each head's output
record DeltaNetLayer(
        LinearAttention block,
        @Nullable LinearLayer fused,
        @Nullable LinearLayer queryKeyValue,
        @Nullable LinearLayer gate,
        @Nullable LinearLayer fusedRates,
        @Nullable LinearLayer beta,
        @Nullable LinearLayer alpha,
        CausalConvolution convolution,
        float[] stepBias,
        float[] decays,
        NormLayer norm,
        LinearLayer output,
        int slot)
        implements Layer {
    static DeltaNetLayer of(LinearAttention block, Parts parts, int slot) {
        boolean isFused = parts.linear(Slot.INPUT).isPresent();
        return new DeltaNetLayer(
                block,
                parts.linear(Slot.INPUT).orElse(null),
                parts.linear(Slot.QUERY_KEY_VALUE).orElse(null),
                parts.linear(Slot.OUTPUT_GATE).orElse(null),
                isFused ? parts.linear("in_proj_ba") : null,
                isFused ? null : parts.linear("in_proj_b"),
                isFused ? null : parts.linear("in_proj_a"),
                Objects.requireNonNull(parts.convolution(true), parts.path()),
                parts.table("dt_bias"),
                StateSpaceLayers.decays(parts),
                Objects.requireNonNull(parts.norm(Slot.OUTPUT_NORM), parts.path()),
                parts.required(Slot.OUTPUT),
                slot);
    }

    @Override
    public int width() {
        return output.width();
    }

    private int keyWidth() {
        return block.keyHeadCount() * Math.toIntExact(block.keyHeadDim());
    }

    private int valueWidth() {
        return block.valueHeadCount() * Math.toIntExact(block.valueHeadDim());
    }

    @Override
    public void apply(Step step, float[] x, float[] y) {
        int rows = step.tokens();
        int keys = keyWidth();
        int values = valueWidth();
        int heads = block.valueHeadCount();
        int mixedWidth = 2 * keys + values;
        StateSpaceLayers.Memory memory = step.state(
                slot,
                StateSpaceLayers.Memory.class,
                () -> new StateSpaceLayers.Memory(
                        convolution.freshState(), new float[values * Math.toIntExact(block.keyHeadDim())]));
        float[] mixed = step.borrow(rows * mixedWidth);
        float[] gates = step.borrow(rows * values);
        float[] betas = step.borrow(rows * heads);
        float[] alphas = step.borrow(rows * heads);
        project(step, x, mixed, gates, betas, alphas);
        float[] out = step.borrow(rows * values);
        for (int t = 0; t < rows; t++) {
            convolution.step(memory.convolution(), mixed, t * mixedWidth);
            for (int h = 0; h < block.keyHeadCount(); h++) {
                unit(mixed, t * mixedWidth + h * keys / block.keyHeadCount());
                unit(mixed, t * mixedWidth + keys + h * keys / block.keyHeadCount());
            }
            for (int h = 0; h < heads; h++) {
                advance(
                        memory.recurrence(),
                        h,
                        mixed,
                        t * mixedWidth,
                        betas[t * heads + h],
                        alphas[t * heads + h],
                        out,
                        t);
            }
        }
        norm.pieces(out, rows, heads, values);
        for (int i = 0; i < rows * values; i++) {
            out[i] *= (float) (gates[i] * Activations.sigmoid(gates[i]));
        }
        output.apply(out, y, rows);
        step.giveBack(out);
        step.giveBack(alphas);
        step.giveBack(betas);
        step.giveBack(gates);
        step.giveBack(mixed);
    }

    private void project(Step step, float[] x, float[] mixed, float[] gates, float[] betas, float[] alphas) {
        int rows = step.tokens();
        if (queryKeyValue != null && gate != null && beta != null && alpha != null) {
            queryKeyValue.apply(x, mixed, rows);
            gate.apply(x, gates, rows);
            beta.apply(x, betas, rows);
            alpha.apply(x, alphas, rows);
            return;
        }
        LinearLayer all = Objects.requireNonNull(fused);
        LinearLayer rates = Objects.requireNonNull(fusedRates);
        float[] projected = step.borrow(rows * all.width());
        all.apply(x, projected, rows);
        float[] both = step.borrow(rows * rates.width());
        rates.apply(x, both, rows);
        int groups = block.keyHeadCount();
        int key = keyWidth() / groups;
        int value = valueWidth() / groups;
        int heads = block.valueHeadCount() / groups;
        int mixedWidth = 2 * keyWidth() + valueWidth();
        for (int t = 0; t < rows; t++) {
            for (int g = 0; g < groups; g++) {
                int from = (t * groups + g) * (2 * key + 2 * value);
                System.arraycopy(projected, from, mixed, t * mixedWidth + g * key, key);
                System.arraycopy(projected, from + key, mixed, t * mixedWidth + keyWidth() + g * key, key);
                System.arraycopy(projected, from + 2 * key, mixed, t * mixedWidth + 2 * keyWidth() + g * value, value);
                System.arraycopy(projected, from + 2 * key + value, gates, (t * groups + g) * value, value);
                System.arraycopy(both, (t * groups + g) * 2 * heads, betas, (t * groups + g) * heads, heads);
                System.arraycopy(both, (t * groups + g) * 2 * heads + heads, alphas, (t * groups + g) * heads, heads);
            }
        }
        step.giveBack(both);
        step.giveBack(projected);
    }

    /// Scales a head to length one.
    private void unit(float[] values, int at) {
        int dim = Math.toIntExact(block.keyHeadDim());
        double sum = 0;
        for (int i = 0; i < dim; i++) {
            sum += (double) values[at + i] * values[at + i];
        }
        float factor = (float) (1 / Math.sqrt(sum + 1e-6));
        for (int i = 0; i < dim; i++) {
            values[at + i] *= factor;
        }
    }

    private void advance(
            float[] state, int head, float[] mixed, int at, float betaLogit, float rate, float[] out, int token) {
        int keyDim = Math.toIntExact(block.keyHeadDim());
        int valueDim = Math.toIntExact(block.valueHeadDim());
        int keyHead = head / (block.valueHeadCount() / block.keyHeadCount());
        int q = at + keyHead * keyDim;
        int k = at + keyWidth() + keyHead * keyDim;
        int v = at + 2 * keyWidth() + head * valueDim;
        int s = head * keyDim * valueDim;
        float learned = (float) Activations.sigmoid(betaLogit);
        float kept = (float) Math.exp(decays[head] * Activations.softplus(rate + stepBias[head]));
        float scale = (float) (1 / Math.sqrt(keyDim));
        for (int j = 0; j < valueDim; j++) {
            float recalled = 0;
            for (int i = 0; i < keyDim; i++) {
                state[s + i * valueDim + j] *= kept;
                recalled += state[s + i * valueDim + j] * mixed[k + i];
            }
            float delta = (mixed[v + j] - recalled) * learned;
            float sum = 0;
            for (int i = 0; i < keyDim; i++) {
                state[s + i * valueDim + j] += mixed[k + i] * delta;
                sum += state[s + i * valueDim + j] * mixed[q + i];
            }
            out[(token * block.valueHeadCount() + head) * valueDim + j] = sum * scale;
        }
    }
}
