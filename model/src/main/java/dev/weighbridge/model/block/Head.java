package dev.weighbridge.model.block;

import dev.weighbridge.model.tensor.Shape;
import java.util.List;

/// The output head over a vocabulary: `scale · (W x + b)`, or `cap · tanh(scale · (W x + b) / cap)` with a cap.
///
/// @param name path segment
/// @param in width of x
/// @param out vocabulary size
/// @param bias whether there is a b of shape `[out]`
/// @param scale factor on the logits (Cohere's `logit_scale`, one over Granite's `logits_scaling`); 1 for most
/// @param softCap cap on the logits (Gemma 2: 30); 0 for none
public record Head(String name, long in, long out, boolean bias, double scale, double softCap) implements Block {
    /// A head without bias, factor and cap.
    public static Head of(String name, long in, long out) {
        return new Head(name, in, out, false, 1, 0);
    }

    /// The same with a bias.
    public Head biased() {
        return new Head(name, in, out, true, scale, softCap);
    }

    /// The same without a bias.
    public Head withoutBias() {
        return new Head(name, in, out, false, scale, softCap);
    }

    /// The same with a factor on the logits.
    public Head scaled(double factor) {
        return new Head(name, in, out, bias, factor, softCap);
    }

    /// The same with a cap on the logits; 0 for none.
    public Head capped(double cap) {
        return new Head(name, in, out, bias, scale, cap);
    }

    @Override
    public List<Block> children() {
        return List.of();
    }

    @Override
    public List<Parameter> parameters() {
        var weight = new Parameter(".weight", Shape.of(out, in), Role.HEAD);
        return bias ? List.of(weight, new Parameter(".bias", Shape.of(out), Role.HEAD)) : List.of(weight);
    }
}
