package dev.weighbridge.planner.training;

/// In which widths a model is trained.
public enum Numerics {
    /// Everything in 32 bits.
    FP32("FP32", 4, 4, 0, 4, 4),
    /// Weights, gradients and moments in BF16.
    BF16("pure BF16", 2, 2, 0, 2, 2),
    /// BF16 weights and gradients, an FP32 copy of the weights and FP32 moments with the optimiser
    /// (arXiv:1710.03740; DeepSpeed, Megatron).
    MIXED("mixed precision with an FP32 master copy", 2, 2, 4, 4, 2),
    /// FP32 weights, gradients and moments, computation in BF16 (`torch.autocast`, FSDP's mixed precision).
    AUTOCAST("FP32 weights computed in BF16", 4, 4, 0, 4, 2);

    private final String label;
    private final int weightBytes;
    private final int gradientBytes;
    private final int masterBytes;
    private final int momentBytes;
    private final int computeBytes;

    Numerics(String label, int weightBytes, int gradientBytes, int masterBytes, int momentBytes, int computeBytes) {
        this.label = label;
        this.weightBytes = weightBytes;
        this.gradientBytes = gradientBytes;
        this.masterBytes = masterBytes;
        this.momentBytes = momentBytes;
        this.computeBytes = computeBytes;
    }

    /// The name as people write it.
    public String label() {
        return label;
    }

    /// Width of a trained weight.
    int weightBytes() {
        return weightBytes;
    }

    /// Width of a gradient.
    int gradientBytes() {
        return gradientBytes;
    }

    /// Width of a master copy; 0 for none.
    int masterBytes() {
        return masterBytes;
    }

    /// Width of a moment.
    int momentBytes() {
        return momentBytes;
    }

    /// Width of an activation.
    int computeBytes() {
        return computeBytes;
    }
}
