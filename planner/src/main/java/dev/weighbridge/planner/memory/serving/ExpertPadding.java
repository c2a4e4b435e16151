package dev.weighbridge.planner.memory.serving;

import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.memory.parallel.Ranks;

/// Multiples that a kernel fills the dimensions of MXFP4 experts up to (vLLM `quantization/mxfp4.py`).
///
/// @param inner of the width between the two matrices, for each rank
/// @param hidden of the width of the residual stream
record ExpertPadding(long inner, long hidden) {
    /// Marlin's kernels, which run everywhere.
    static final ExpertPadding MARLIN = new ExpertPadding(128, 256);

    /// Triton's kernels on Hopper.
    static final ExpertPadding HOPPER = new ExpertPadding(1, 256);

    /// The kernels of FlashInfer on Blackwell.
    static final ExpertPadding BLACKWELL = new ExpertPadding(256, 256);

    /// The padding on a device of that generation.
    static ExpertPadding on(String generation) {
        return switch (generation) {
            case "Hopper" -> HOPPER;
            case "Blackwell" -> BLACKWELL;
            default -> MARLIN;
        };
    }

    /// Bytes of stacked experts, filled up.
    long padded(Weight weight, long bytes, Ranks ranks) {
        if (weight.shape().rank() != 3) {
            return bytes;
        }
        boolean isDown = weight.name().contains("down");
        long rows = weight.shape().dimension(1);
        long columns = weight.shape().dimension(2);
        long width = isDown ? columns : rows;
        long stream = isDown ? rows : columns;
        long mine = ranks.isExpertParallel() ? width : Math.ceilDiv(width, ranks.tensor());
        double grown = (double) up(mine, inner) / mine * up(stream, hidden) / stream;
        return Math.round(bytes * grown);
    }

    private static long up(long value, long multiple) {
        return Math.ceilDiv(value, multiple) * multiple;
    }
}
