package dev.weighbridge.planner.training;

/// An optimiser, as far as it keeps something for each parameter.
public enum Optimizer {
    /// Two moments (arXiv:1711.05101).
    ADAMW("AdamW"),
    /// Two moments in 8 bits with an FP32 scale for every 256 (bitsandbytes, arXiv:2110.02861).
    ADAMW_8BIT("AdamW 8-bit"),
    /// One number for each row and each column of a matrix (arXiv:1804.04235), without momentum.
    ADAFACTOR("Adafactor"),
    /// One moment for the matrices inside the layers, AdamW for the rest (Muon).
    MUON("Muon"),
    /// Nothing.
    SGD("SGD"),
    /// One moment.
    SGD_MOMENTUM("SGD with momentum");

    private static final long SCALE_BLOCK = 256;

    private final String label;

    Optimizer(String label) {
        this.label = label;
    }

    /// The name as people write it.
    public String label() {
        return label;
    }

    /// Bytes kept for a parameter tensor.
    ///
    /// @param rows all dimensions but the last
    /// @param columns the last dimension
    /// @param isHidden whether it is a matrix inside the layers
    /// @param momentBytes width of a moment that is not quantised
    double bytes(double rows, double columns, boolean isHidden, long momentBytes) {
        double elements = rows * columns;
        return switch (this) {
            case ADAMW -> 2 * momentBytes * elements;
            case ADAMW_8BIT -> 2 * (1 + (double) Float.BYTES / SCALE_BLOCK) * elements;
            case ADAFACTOR -> Float.BYTES * (rows > 1 ? rows + columns : columns);
            case MUON -> (isHidden ? 1 : 2) * momentBytes * elements;
            case SGD -> 0;
            case SGD_MOMENTUM -> momentBytes * elements;
        };
    }

    /// Copies of a parameter that a step makes for all of them at a time: PyTorch's foreach implementations
    /// divide by the root of the second moment.
    int temporaries() {
        return this == ADAMW ? 1 : 0;
    }
}
