package dev.weighbridge.model.block;

import dev.weighbridge.model.tensor.Shape;
import java.util.List;

/// A normalisation.
///
/// @param name path segment
/// @param kind the formula
/// @param width elements normalised together (channels for batch and group norm)
/// @param scale whether there is a trained scale
/// @param bias whether there is a trained shift
/// @param epsilon added to the variance
/// @param style how scale and shift are named
public record Norm(
        String name, Kind kind, long width, boolean scale, boolean bias, double epsilon, ParameterStyle style)
        implements Block {
    /// The formulas in use.
    public enum Kind {
        /// `x / √(mean(x²) + ε) · w`.
        RMS,
        /// RMS with `(1 + w)` for `w` (Gemma, Qwen3-Next).
        RMS_OFFSET,
        /// `(x − mean) / √(var + ε) · w + b`.
        LAYER,
        /// Statistics over the batch, kept in buffers.
        BATCH,
        /// Statistics over groups of channels.
        GROUP
    }

    /// A root-mean-square norm with scale.
    public static Norm rms(String name, long width, double epsilon) {
        return new Norm(name, Kind.RMS, width, true, false, epsilon, ParameterStyle.MODULE);
    }

    /// A root-mean-square norm that scales by `1 + w`.
    public static Norm rmsOffset(String name, long width, double epsilon) {
        return new Norm(name, Kind.RMS_OFFSET, width, true, false, epsilon, ParameterStyle.MODULE);
    }

    /// A layer norm with scale and shift.
    public static Norm layer(String name, long width, double epsilon) {
        return new Norm(name, Kind.LAYER, width, true, true, epsilon, ParameterStyle.MODULE);
    }

    /// A layer norm with scale and, where `bias`, a shift.
    public static Norm layer(String name, long width, double epsilon, boolean bias) {
        return new Norm(name, Kind.LAYER, width, true, bias, epsilon, ParameterStyle.MODULE);
    }

    /// A batch norm with scale, shift and its running statistics as buffers.
    public static Norm batch(String name, long width) {
        return new Norm(name, Kind.BATCH, width, true, true, 1e-5, ParameterStyle.MODULE);
    }

    /// A group norm with scale and shift.
    public static Norm group(String name, long width) {
        return new Norm(name, Kind.GROUP, width, true, true, 1e-5, ParameterStyle.MODULE);
    }

    /// The same under another name.
    public Norm renamed(String other) {
        return new Norm(other, kind, width, scale, bias, epsilon, style);
    }

    @Override
    public List<Block> children() {
        return List.of();
    }

    @Override
    public List<Parameter> parameters() {
        var parameters = new java.util.ArrayList<Parameter>(5);
        if (scale) {
            parameters.add(new Parameter(style.weight(), Shape.of(width), Role.NORM));
        }
        if (bias) {
            parameters.add(new Parameter(style.bias(), Shape.of(width), Role.NORM));
        }
        if (kind == Kind.BATCH) {
            parameters.add(new Parameter(".running_mean", Shape.of(width), Role.BUFFER));
            parameters.add(new Parameter(".running_var", Shape.of(width), Role.BUFFER));
            parameters.add(new Parameter(".num_batches_tracked", Shape.of(), Role.BUFFER));
        }
        return parameters;
    }
}
