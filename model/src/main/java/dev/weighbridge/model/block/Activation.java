package dev.weighbridge.model.block;

/// The non-linearity of a feed-forward, by the name that configurations use (`silu`, `gelu_pytorch_tanh`, `relu2` …).
///
/// @param name in lower case
/// @param limit largest magnitude let through where the architecture clamps (gpt-oss: 7), else infinite
/// @param sparsity share of the inputs, the smallest ones, that are cut off to zero before it (Gemma 3n: 0.95): what
/// lies
///     below `mean + σ · quantile(sparsity)` of the normal distribution; 0 for none
public record Activation(String name, double limit, double sparsity) {
    /// With a clamp.
    public Activation(String name, double limit) {
        this(name, limit, 0);
    }

    /// Without a clamp.
    public static Activation of(String name) {
        return new Activation(name, Double.POSITIVE_INFINITY);
    }

    /// The same, cutting off this share of its inputs.
    public Activation sparse(double share) {
        return new Activation(name, limit, share);
    }
}
