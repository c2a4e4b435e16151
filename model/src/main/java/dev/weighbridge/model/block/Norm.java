package dev.weighbridge.model.block;

import dev.weighbridge.model.tensor.Shape;
import java.util.List;

/// A normalisation.
///
/// @param name path segment
/// @param kind the formula
/// @param width elements of the scale: those normalised together, all groups of them, or the channels of a batch norm
/// @param scale whether there is a trained scale
/// @param bias whether there is a trained shift
/// @param epsilon added to the variance
/// @param style how scale and shift are named
/// @param heads where each head has a scale and shift of its own (Cohere's query norm), how many there are: they are
///     stored `[heads, width]`; 0 for most
/// @param groups equal parts of the width whose statistics are taken apart, where the formula allows; 1 for most
public record Norm(
        String name,
        Kind kind,
        long width,
        boolean scale,
        boolean bias,
        double epsilon,
        ParameterStyle style,
        long heads,
        long groups)
        implements Block {
    /// The formulas in use.
    public enum Kind {
        /// `x / √(mean(x²) + ε) · w`.
        RMS,
        /// RMS with `(1 + w)` for `w` (Gemma, Qwen3-Next).
        RMS_OFFSET,
        /// `(x − mean) / √(var + ε) · w + b`.
        LAYER,
        /// LAYER with `(1 + w)` for `w` (Nemotron).
        LAYER_OFFSET,
        /// `x · w + b`, without statistics (MobileBERT).
        AFFINE,
        /// Statistics over the batch, kept in buffers.
        BATCH,
        /// Statistics over groups of channels.
        GROUP
    }

    /// A root-mean-square norm with scale.
    public static Norm rms(String name, long width, double epsilon) {
        return new Norm(name, Kind.RMS, width, true, false, epsilon, ParameterStyle.MODULE, 0, 1);
    }

    /// A root-mean-square norm that scales by `1 + w`.
    public static Norm rmsOffset(String name, long width, double epsilon) {
        return new Norm(name, Kind.RMS_OFFSET, width, true, false, epsilon, ParameterStyle.MODULE, 0, 1);
    }

    /// A layer norm with scale and shift.
    public static Norm layer(String name, long width, double epsilon) {
        return new Norm(name, Kind.LAYER, width, true, true, epsilon, ParameterStyle.MODULE, 0, 1);
    }

    /// A layer norm with scale and, where `bias`, a shift.
    public static Norm layer(String name, long width, double epsilon, boolean bias) {
        return new Norm(name, Kind.LAYER, width, true, bias, epsilon, ParameterStyle.MODULE, 0, 1);
    }

    /// A layer norm with shift that scales by `1 + w`.
    public static Norm layerOffset(String name, long width, double epsilon) {
        return new Norm(name, Kind.LAYER_OFFSET, width, true, true, epsilon, ParameterStyle.MODULE, 0, 1);
    }

    /// A batch norm with scale, shift and its running statistics as buffers.
    public static Norm batch(String name, long width) {
        return new Norm(name, Kind.BATCH, width, true, true, 1e-5, ParameterStyle.MODULE, 0, 1);
    }

    /// The same with another epsilon.
    public static Norm batch(String name, long width, double epsilon) {
        return new Norm(name, Kind.BATCH, width, true, true, epsilon, ParameterStyle.MODULE, 0, 1);
    }

    /// A group norm with scale and shift.
    public static Norm group(String name, long width) {
        return new Norm(name, Kind.GROUP, width, true, true, 1e-5, ParameterStyle.MODULE, 0, 1);
    }

    /// The same by another formula.
    public Norm by(Kind other) {
        return new Norm(name, other, width, scale, bias, epsilon, style, heads, groups);
    }

    /// The same under another name.
    public Norm renamed(String other) {
        return new Norm(other, kind, width, scale, bias, epsilon, style, heads, groups);
    }

    /// The same with other parameter names.
    public Norm named(ParameterStyle other) {
        return new Norm(name, kind, width, scale, bias, epsilon, other, heads, groups);
    }

    /// The same with a trained shift.
    public Norm biased() {
        return new Norm(name, kind, width, scale, true, epsilon, style, heads, groups);
    }

    /// The same without scale and shift.
    public Norm untrained() {
        return new Norm(name, kind, width, false, false, epsilon, style, heads, groups);
    }

    /// The same with a scale and shift of its own for each head.
    public Norm perHead(long count) {
        return new Norm(name, kind, width, scale, bias, epsilon, style, count, groups);
    }

    /// The same with the statistics of `count` equal parts of the width taken apart.
    public Norm grouped(long count) {
        return new Norm(name, kind, width, scale, bias, epsilon, style, heads, count);
    }

    @Override
    public List<Block> children() {
        return List.of();
    }

    @Override
    public List<Parameter> parameters() {
        var parameters = new java.util.ArrayList<Parameter>(5);
        Shape shape = heads == 0 ? Shape.of(width) : Shape.of(heads, width);
        if (scale) {
            parameters.add(new Parameter(style.weight(), shape, Role.NORM));
        }
        if (bias) {
            parameters.add(new Parameter(style.bias(), shape, Role.NORM));
        }
        if (kind == Kind.BATCH) {
            parameters.add(new Parameter(".running_mean", Shape.of(width), Role.BUFFER));
            parameters.add(new Parameter(".running_var", Shape.of(width), Role.BUFFER));
            parameters.add(new Parameter(".num_batches_tracked", Shape.of(), Role.BUFFER));
        }
        return parameters;
    }
}
