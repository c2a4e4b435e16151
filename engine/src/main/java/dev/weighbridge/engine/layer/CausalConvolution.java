package dev.weighbridge.engine.layer;

import dev.weighbridge.engine.weight.Weights;
import dev.weighbridge.model.block.Convolution;
import org.jspecify.annotations.Nullable;

/// A depthwise convolution over the last `kernel` positions of every channel, as recurrent mixers have it.
///
/// @param channels of input and output
/// @param kernel positions it sees, its own the last
/// @param weight `[channels, kernel]`
/// @param bias one number a channel; null for none
/// @param activated whether SiLU follows
record CausalConvolution(int channels, int kernel, float[] weight, float @Nullable [] bias, boolean activated) {
    static CausalConvolution of(Convolution block, String path, Weights weights, boolean activated) {
        return new CausalConvolution(
                Math.toIntExact(block.out()),
                Math.toIntExact(block.kernel().getFirst()),
                weights.floats(path + ".weight"),
                block.bias() ? weights.floats(path + ".bias") : null,
                activated);
    }

    /// What it remembers: the last `kernel − 1` inputs, the newest last.
    float[] freshState() {
        return new float[(kernel - 1) * channels];
    }

    /// Replaces one row of inputs by its outputs and moves the memory on.
    void step(float[] state, float[] values, int at) {
        for (int c = 0; c < channels; c++) {
            float sum = bias == null ? 0 : bias[c];
            for (int k = 0; k < kernel - 1; k++) {
                sum += weight[c * kernel + k] * state[k * channels + c];
            }
            float input = values[at + c];
            sum += weight[c * kernel + kernel - 1] * input;
            for (int k = 0; k < kernel - 2; k++) {
                state[k * channels + c] = state[(k + 1) * channels + c];
            }
            if (kernel > 1) {
                state[(kernel - 2) * channels + c] = input;
            }
            values[at + c] = activated ? (float) (sum * Activations.sigmoid(sum)) : sum;
        }
    }
}
