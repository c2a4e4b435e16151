package dev.weighbridge.engine.layer;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.error.UnsupportedException;

/// Non-linearities by the names that configurations use (transformers `ACT2FN`).
final class Activations {
    private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

    /// A function of one number.
    interface Curve {
        float of(float x);
    }

    private Activations() {}

    /// The function of an activation, clamp and sparsity left aside.
    ///
    /// @throws UnsupportedException if the name is not known
    static Curve of(Activation activation) {
        return switch (activation.name()) {
            case "silu", "swish", "swiglu" -> x -> (float) (x / (1 + Math.exp(-x)));
            case "gelu", "gelu_python" -> x -> (float) (x * 0.5 * (1 + erf(x / Math.sqrt(2))));
            case "gelu_pytorch_tanh", "gelu_new", "gelu_fast", "gelu_accurate", "gelu_python_tanh" ->
                x -> (float) (0.5 * x * (1 + Math.tanh(SQRT_2_OVER_PI * (x + 0.044715 * x * x * x))));
            case "quick_gelu" -> x -> (float) (x / (1 + Math.exp(-1.702 * x)));
            case "relu" -> x -> Math.max(0, x);
            case "relu2", "relu_squared" -> x -> Math.max(0, x) * Math.max(0, x);
            case "sigmoid" -> x -> (float) (1 / (1 + Math.exp(-x)));
            case "tanh" -> x -> (float) Math.tanh(x);
            case "linear", "identity", "none" -> x -> x;
            default -> throw new UnsupportedException("the activation " + activation.name() + " is not known");
        };
    }

    /// The error function to the precision of a float (Abramowitz and Stegun 7.1.5 near zero, 7.1.14 beyond).
    static double erf(double x) {
        double magnitude = Math.abs(x);
        if (magnitude > 6) {
            return Math.signum(x);
        }
        double term = magnitude;
        double sum = magnitude;
        if (magnitude < 3) {
            for (int n = 1; n < 100 && Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
                term *= -magnitude * magnitude / n;
                sum += term / (2 * n + 1);
            }
            return Math.signum(x) * 2 / Math.sqrt(Math.PI) * sum;
        }
        double fraction = 0;
        for (int k = 60; k >= 1; k--) {
            fraction = k / 2.0 / (magnitude + fraction);
        }
        double complement = Math.exp(-magnitude * magnitude) / Math.sqrt(Math.PI) / (magnitude + fraction);
        return Math.signum(x) * (1 - complement);
    }

    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /// `ln(1 + eˣ)`.
    static double softplus(double x) {
        return x > 20 ? x : Math.log1p(Math.exp(x));
    }
}
