package dev.weighbridge.engine.layer;

import dev.weighbridge.model.block.Slot;
import java.util.Objects;

/// A gated short convolution, `C · conv(B · x)` (LFM2, arXiv:2511.23404); B, C and x come from one projection.
///
/// @param input to B, C and x
/// @param convolution over the products
/// @param output the projection out
/// @param slot the session's number for its memory
record ShortConvolutionLayer(LinearLayer input, CausalConvolution convolution, LinearLayer output, int slot)
        implements Layer {
    static ShortConvolutionLayer of(Parts parts, int slot) {
        return new ShortConvolutionLayer(
                parts.required(Slot.INPUT),
                Objects.requireNonNull(parts.convolution(false), parts.path()),
                parts.required(Slot.OUTPUT),
                slot);
    }

    @Override
    public int width() {
        return output.width();
    }

    @Override
    public void apply(Step step, float[] x, float[] y) {
        int rows = step.tokens();
        int width = convolution.channels();
        float[] memory = step.state(slot, float[].class, convolution::freshState);
        float[] all = step.borrow(rows * 3 * width);
        input.apply(x, all, rows);
        float[] mixed = step.borrow(rows * width);
        for (int t = 0; t < rows; t++) {
            int at = t * 3 * width;
            for (int i = 0; i < width; i++) {
                mixed[t * width + i] = all[at + i] * all[at + 2 * width + i];
            }
            convolution.step(memory, mixed, t * width);
            for (int i = 0; i < width; i++) {
                mixed[t * width + i] *= all[at + width + i];
            }
        }
        output.apply(mixed, y, rows);
        step.giveBack(mixed);
        step.giveBack(all);
    }
}
