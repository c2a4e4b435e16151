package dev.weighbridge.engine.layer;

import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.StateSpace;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Selective state spaces, one position after the other.
final class StateSpaceLayers {
    private StateSpaceLayers() {}

    static Layer of(StateSpace block, Parts parts, int slot) {
        return block.version() == 1 ? First.of(block, parts, slot) : Second.of(block, parts, slot);
    }

    /// What a sequence remembers in such a layer.
    ///
    /// @param convolution the last inputs of the convolution
    /// @param recurrence the state of every channel
    record Memory(float[] convolution, float[] recurrence) {}

    static float[] decays(Parts parts) {
        float[] logs = parts.table("A_log");
        if (parts.weights().conventions().decaysApplied()) {
            return logs;
        }
        float[] decays = new float[logs.length];
        for (int i = 0; i < logs.length; i++) {
            decays[i] = (float) -Math.exp(logs[i]);
        }
        return decays;
    }

    private static float silu(float x) {
        return (float) (x * Activations.sigmoid(x));
    }

    /// Mamba (arXiv:2312.00752, algorithm 2).
    ///
    /// @param decay A, `[innerSize, stateSize]`
    /// @param skip D, one number a channel
    /// @param norms of step size, B and C; empty for none
    record First(
            StateSpace block,
            LinearLayer input,
            CausalConvolution convolution,
            LinearLayer selection,
            LinearLayer steps,
            float[] decay,
            float[] skip,
            List<NormLayer> norms,
            LinearLayer output,
            int slot)
            implements Layer {
        static First of(StateSpace block, Parts parts, int slot) {
            return new First(
                    block,
                    parts.required(Slot.INPUT),
                    Objects.requireNonNull(parts.convolution(true), parts.path()),
                    parts.linear("x_proj"),
                    parts.linear("dt_proj"),
                    decays(parts),
                    parts.table("D"),
                    parts.norms(Slot.DYNAMICS),
                    parts.required(Slot.OUTPUT),
                    slot);
        }

        @Override
        public int width() {
            return output.width();
        }

        @Override
        public void apply(Step step, float[] x, float[] y) {
            int inner = Math.toIntExact(block.innerSize());
            int size = Math.toIntExact(block.stateSize());
            Memory memory =
                    step.state(slot, Memory.class, () -> new Memory(convolution.freshState(), new float[inner * size]));
            int rows = step.tokens();
            float[] both = step.borrow(rows * 2 * inner);
            input.apply(x, both, rows);
            float[] mixed = step.borrow(rows * inner);
            float[] channel = step.borrow(inner);
            float[] selected = step.borrow(selection.width());
            float[] sizes = step.borrow(inner);
            int rank = selection.width() - 2 * size;
            float[] low = step.borrow(rank);
            for (int t = 0; t < rows; t++) {
                System.arraycopy(both, t * 2 * inner, channel, 0, inner);
                convolution.step(memory.convolution(), channel, 0);
                selection.apply(channel, selected, 1);
                normalize(selected, rank, size);
                System.arraycopy(selected, 0, low, 0, rank);
                steps.apply(low, sizes, 1);
                for (int c = 0; c < inner; c++) {
                    float gate = silu(both[t * 2 * inner + inner + c]);
                    mixed[t * inner + c] = gate * advance(memory, c, channel[c], sizes[c], selected, rank, size);
                }
            }
            output.apply(mixed, y, rows);
            step.giveBack(low);
            step.giveBack(sizes);
            step.giveBack(selected);
            step.giveBack(channel);
            step.giveBack(mixed);
            step.giveBack(both);
        }

        private void normalize(float[] selected, int rank, int size) {
            int at = 0;
            for (NormLayer norm : norms) {
                norm.piece(selected, at, 0);
                at += at == 0 ? rank : size;
            }
        }

        private float advance(Memory memory, int c, float x, float size, float[] selected, int rank, int states) {
            double delta = Activations.softplus(size);
            float sum = 0;
            for (int n = 0; n < states; n++) {
                int at = c * states + n;
                float b = selected[rank + n];
                float state = (float) (Math.exp(delta * decay[at]) * memory.recurrence()[at] + delta * b * x);
                memory.recurrence()[at] = state;
                sum += state * selected[rank + states + n];
            }
            return sum + skip[c] * x;
        }
    }

    /// Mamba 2 (arXiv:2405.21060, listing 1 unrolled).
    ///
    /// @param stepBias added to the step size of each head
    /// @param decay A, one number a head
    /// @param skip D, one number a head
    /// @param norm of the heads' output before the gate; null for none
    /// @param gatedNorm the same with the gate multiplied in before; null for none
    record Second(
            StateSpace block,
            LinearLayer input,
            CausalConvolution convolution,
            float[] stepBias,
            float[] decay,
            float[] skip,
            @Nullable NormLayer norm,
            @Nullable NormLayer gatedNorm,
            LinearLayer output,
            int slot)
            implements Layer {
        static Second of(StateSpace block, Parts parts, int slot) {
            return new Second(
                    block,
                    parts.required(Slot.INPUT),
                    Objects.requireNonNull(parts.convolution(true), parts.path()),
                    parts.table("dt_bias"),
                    decays(parts),
                    parts.table("D"),
                    parts.norm(Slot.OUTPUT_NORM),
                    parts.norm(Slot.GATED_NORM),
                    parts.required(Slot.OUTPUT),
                    slot);
        }

        @Override
        public int width() {
            return output.width();
        }

        @Override
        public void apply(Step step, float[] x, float[] y) {
            int inner = Math.toIntExact(block.innerSize());
            int size = Math.toIntExact(block.stateSize());
            int heads = block.headCount();
            int rows = step.tokens();
            int convolved = convolution.channels();
            Memory memory =
                    step.state(slot, Memory.class, () -> new Memory(convolution.freshState(), new float[inner * size]));
            int all = input.width();
            float[] projected = step.borrow(rows * all);
            input.apply(x, projected, rows);
            float[] mixed = step.borrow(rows * inner);
            float[] channel = step.borrow(convolved);
            for (int t = 0; t < rows; t++) {
                System.arraycopy(projected, t * all + inner, channel, 0, convolved);
                convolution.step(memory.convolution(), channel, 0);
                for (int h = 0; h < heads; h++) {
                    double delta = Activations.softplus(projected[t * all + inner + convolved + h] + stepBias[h]);
                    advance(memory, h, delta, channel, mixed, t * inner, inner, size);
                }
                gate(mixed, t * inner, projected, t * all, inner);
            }
            output.apply(mixed, y, rows);
            step.giveBack(channel);
            step.giveBack(mixed);
            step.giveBack(projected);
        }

        /// B and C lie behind the channels, one of each for a group of heads.
        private void advance(
                Memory memory, int head, double delta, float[] channel, float[] mixed, int out, int inner, int size) {
            int headDim = inner / block.headCount();
            int group = head / (block.headCount() / block.groupCount());
            int b = inner + group * size;
            int c = inner + (block.groupCount() + group) * size;
            double kept = Math.exp(delta * decay[head]);
            for (int i = 0; i < headDim; i++) {
                int at = head * headDim + i;
                float x = channel[at];
                float sum = 0;
                for (int n = 0; n < size; n++) {
                    float state = (float) (kept * memory.recurrence()[at * size + n] + delta * channel[b + n] * x);
                    memory.recurrence()[at * size + n] = state;
                    sum += state * channel[c + n];
                }
                mixed[out + at] = sum + skip[head] * x;
            }
        }

        private void gate(float[] mixed, int at, float[] gates, int gateAt, int inner) {
            if (norm != null) {
                norm.piece(mixed, at, 0);
            }
            for (int i = 0; i < inner; i++) {
                mixed[at + i] *= silu(gates[gateAt + i]);
            }
            if (gatedNorm != null) {
                gatedNorm.piece(mixed, at, 0);
            }
        }
    }
}
