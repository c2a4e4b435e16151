package dev.weighbridge.engine.layer;

import dev.weighbridge.engine.weight.Weights;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.ParameterStyle;
import dev.weighbridge.model.error.UnsupportedException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A normalisation of rows, or of equal pieces of rows.
///
/// @param norm the formula
/// @param scale `[width]` or `[heads, width]`; null where untrained
/// @param shift likewise
record NormLayer(Norm norm, float @Nullable [] scale, float @Nullable [] shift) implements Layer {
    static NormLayer of(Norm norm, String path, Weights weights) {
        float[] scale = norm.scale() ? read(weights, path, norm.style(), ParameterStyle::weight) : null;
        float[] shift = norm.bias() ? read(weights, path, norm.style(), ParameterStyle::bias) : null;
        return new NormLayer(
                weights.conventions().offsetsAdded() ? norm.by(withoutOffset(norm.kind())) : norm, scale, shift);
    }

    private static Norm.Kind withoutOffset(Norm.Kind kind) {
        return switch (kind) {
            case RMS_OFFSET -> Norm.Kind.RMS;
            case LAYER_OFFSET -> Norm.Kind.LAYER;
            case RMS, LAYER, AFFINE, BATCH, GROUP -> kind;
        };
    }

    /// Files of the older encoders hold either the names of their time or PyTorch's.
    private static float[] read(
            Weights weights, String path, ParameterStyle style, Function<ParameterStyle, String> suffix) {
        String own = path + suffix.apply(style);
        return weights.has(own) ? weights.floats(own) : weights.floats(path + suffix.apply(ParameterStyle.MODULE));
    }

    @Override
    public int width() {
        return Math.toIntExact(norm.width());
    }

    @Override
    public void apply(Step step, float[] x, float[] y) {
        System.arraycopy(x, 0, y, 0, step.tokens() * width());
        pieces(y, step.tokens(), 1, width());
    }

    /// Normalises in place each of the `heads` pieces of `width` elements that every row of `tokens` rows consists of.
    void pieces(float[] values, int tokens, int heads, int rowWidth) {
        int width = width();
        for (int t = 0; t < tokens; t++) {
            for (int h = 0; h < heads; h++) {
                piece(values, t * rowWidth + h * width, norm.heads() > 1 ? h * width : 0);
            }
        }
    }

    /// Normalises in place the `width` elements from `at` on, with the scale from `weightAt` on.
    void piece(float[] values, int at, int weightAt) {
        int groups = Math.toIntExact(norm.groups());
        int length = width() / groups;
        for (int g = 0; g < groups; g++) {
            group(values, at + g * length, weightAt + g * length, length);
        }
    }

    private void group(float[] values, int at, int weightAt, int length) {
        switch (norm.kind()) {
            case RMS, RMS_OFFSET -> {
                double sum = 0;
                for (int i = 0; i < length; i++) {
                    sum += (double) values[at + i] * values[at + i];
                }
                affine(values, at, weightAt, length, 0, (float) (1 / Math.sqrt(sum / length + norm.epsilon())));
            }
            case LAYER, LAYER_OFFSET -> {
                double mean = 0;
                for (int i = 0; i < length; i++) {
                    mean += values[at + i];
                }
                mean /= length;
                double variance = 0;
                for (int i = 0; i < length; i++) {
                    variance += (values[at + i] - mean) * (values[at + i] - mean);
                }
                double inverse = 1 / Math.sqrt(variance / length + norm.epsilon());
                affine(values, at, weightAt, length, (float) mean, (float) inverse);
            }
            case AFFINE -> affine(values, at, weightAt, length, 0, 1);
            case BATCH, GROUP ->
                throw new UnsupportedException("a norm over a batch or channels has no place in a language model");
        }
    }

    private void affine(float[] values, int at, int weightAt, int length, float mean, float inverse) {
        float offset = norm.kind() == Norm.Kind.RMS_OFFSET || norm.kind() == Norm.Kind.LAYER_OFFSET ? 1 : 0;
        for (int i = 0; i < length; i++) {
            float value = (values[at + i] - mean) * inverse;
            value = scale == null ? value : value * (offset + scale[weightAt + i]);
            values[at + i] = shift == null ? value : value + shift[weightAt + i];
        }
    }
}
