package dev.weighbridge.engine.layer;

import dev.weighbridge.model.block.Slot;

/// RWKV version 4 (arXiv:2305.13048, section 3): every projection reads a mix of a position and the one before.
final class RwkvLayers {
    private RwkvLayers() {}

    /// Mixes a row with the one before it: `m · x + (1 − m) · before`.
    private static void blend(float[] x, int at, float[] before, float[] mix, float[] target) {
        for (int i = 0; i < target.length; i++) {
            target[i] = mix[i] * x[at + i] + (1 - mix[i]) * before[i];
        }
    }

    /// The time mixing: a decaying average of values weighed by their keys, kept as numerator, denominator and their
    /// greatest exponent (appendix D).
    record TimeMixing(
            float[] decay,
            float[] first,
            float[] mixKey,
            float[] mixValue,
            float[] mixReceptance,
            LinearLayer key,
            LinearLayer value,
            LinearLayer receptance,
            LinearLayer output,
            int slot)
            implements Layer {
        /// What a sequence remembers.
        record Memory(float[] before, float[] numerator, float[] denominator, float[] exponent) {
            static Memory of(int hidden, int width) {
                float[] exponent = new float[width];
                java.util.Arrays.fill(exponent, -1e38f);
                return new Memory(new float[hidden], new float[width], new float[width], exponent);
            }
        }

        static TimeMixing of(Parts parts, int slot) {
            return new TimeMixing(
                    parts.table("time_decay"),
                    parts.table("time_first"),
                    parts.table("time_mix_key"),
                    parts.table("time_mix_value"),
                    parts.table("time_mix_receptance"),
                    parts.required(Slot.KEY),
                    parts.required(Slot.VALUE),
                    parts.required(Slot.OUTPUT_GATE),
                    parts.required(Slot.OUTPUT),
                    slot);
        }

        @Override
        public int width() {
            return output.width();
        }

        @Override
        public void apply(Step step, float[] x, float[] y) {
            int hidden = mixKey.length;
            int width = key.width();
            Memory memory = step.state(slot, Memory.class, () -> Memory.of(hidden, width));
            float[] blended = new float[hidden];
            float[] keys = step.borrow(width);
            float[] values = step.borrow(width);
            float[] gates = step.borrow(width);
            float[] mixed = step.borrow(step.tokens() * width);
            for (int t = 0; t < step.tokens(); t++) {
                blend(x, t * hidden, memory.before(), mixKey, blended);
                key.apply(blended, keys, 1);
                blend(x, t * hidden, memory.before(), mixValue, blended);
                value.apply(blended, values, 1);
                blend(x, t * hidden, memory.before(), mixReceptance, blended);
                receptance.apply(blended, gates, 1);
                for (int i = 0; i < width; i++) {
                    double gate = Activations.sigmoid(gates[i]);
                    mixed[t * width + i] = (float) (gate * advance(memory, i, keys[i], values[i]));
                }
                System.arraycopy(x, t * hidden, memory.before(), 0, hidden);
            }
            output.apply(mixed, y, step.tokens());
            step.giveBack(mixed);
            step.giveBack(gates);
            step.giveBack(values);
            step.giveBack(keys);
        }

        private double advance(Memory memory, int i, double k, double v) {
            double exponent = memory.exponent()[i];
            double now = Math.max(exponent, k + first[i]);
            double past = Math.exp(exponent - now);
            double own = Math.exp(k + first[i] - now);
            double average = (past * memory.numerator()[i] + own * v) / (past * memory.denominator()[i] + own);
            double decayed = exponent - Math.exp(decay[i]);
            double next = Math.max(decayed, k);
            double kept = Math.exp(decayed - next);
            double added = Math.exp(k - next);
            memory.numerator()[i] = (float) (kept * memory.numerator()[i] + added * v);
            memory.denominator()[i] = (float) (kept * memory.denominator()[i] + added);
            memory.exponent()[i] = (float) next;
            return average;
        }
    }

    /// The channel mixing: `σ(r) · value(relu(key)²)`.
    record ChannelMixing(
            float[] mixKey, float[] mixReceptance, LinearLayer key, LinearLayer receptance, LinearLayer value, int slot)
            implements Layer {
        static ChannelMixing of(Parts parts, int slot) {
            return new ChannelMixing(
                    parts.table("time_mix_key"),
                    parts.table("time_mix_receptance"),
                    parts.required(Slot.UP),
                    parts.required(Slot.OUTPUT_GATE),
                    parts.required(Slot.DOWN),
                    slot);
        }

        @Override
        public int width() {
            return value.width();
        }

        @Override
        public void apply(Step step, float[] x, float[] y) {
            int hidden = mixKey.length;
            int inner = key.width();
            float[] before = step.state(slot, float[].class, () -> new float[hidden]);
            float[] blended = new float[hidden];
            float[] keys = step.borrow(inner);
            float[] gates = step.borrow(hidden);
            float[] out = step.borrow(hidden);
            for (int t = 0; t < step.tokens(); t++) {
                blend(x, t * hidden, before, mixKey, blended);
                key.apply(blended, keys, 1);
                for (int i = 0; i < inner; i++) {
                    keys[i] = Math.max(0, keys[i]) * Math.max(0, keys[i]);
                }
                blend(x, t * hidden, before, mixReceptance, blended);
                receptance.apply(blended, gates, 1);
                value.apply(keys, out, 1);
                for (int i = 0; i < hidden; i++) {
                    y[t * hidden + i] = (float) (Activations.sigmoid(gates[i]) * out[i]);
                }
                System.arraycopy(x, t * hidden, before, 0, hidden);
            }
            step.giveBack(out);
            step.giveBack(gates);
            step.giveBack(keys);
        }
    }
}
