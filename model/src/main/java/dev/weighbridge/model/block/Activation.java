package dev.weighbridge.model.block;

/// The non-linearity of a feed-forward, by the name that configurations use (`silu`, `gelu_pytorch_tanh`, `relu2` …).
///
/// @param name in lower case
/// @param limit largest magnitude let through where the architecture clamps (gpt-oss: 7), else infinite
public record Activation(String name, double limit) {
    /// Without a clamp.
    public static Activation of(String name) {
        return new Activation(name, Double.POSITIVE_INFINITY);
    }
}
