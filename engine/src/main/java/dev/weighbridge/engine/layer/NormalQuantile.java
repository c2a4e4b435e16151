package dev.weighbridge.engine.layer;

/// Quantiles of the standard normal distribution.
final class NormalQuantile {
    private NormalQuantile() {}

    /// The x that a share `probability` of the distribution lies below, by bisection of `(1 + erf(x / √2)) / 2`.
    static double of(double probability) {
        double low = -10;
        double high = 10;
        for (int i = 0; i < 100; i++) {
            double middle = (low + high) / 2;
            double share = (1 + Activations.erf(middle / Math.sqrt(2))) / 2;
            if (share < probability) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }
}
