package dev.weighbridge.planner.training;

import dev.weighbridge.planner.memory.Workload.AttentionKernel;
import dev.weighbridge.planner.precision.Precisions;

/// What a training step is asked to do.
///
/// @param method what is trained
/// @param optimizer by which
/// @param numerics in which widths
/// @param zero what data-parallel ranks divide among themselves
/// @param offload what stays in main memory
/// @param microBatch sequences of one step on one rank
/// @param sequenceLength tokens of a sequence
/// @param accumulatesGradients whether gradients stay from one micro-batch to the next
/// @param isCheckpointing whether only the input of each layer is kept and the rest computed again
///     (arXiv:1604.06174)
/// @param attention how scores are computed; [AttentionKernel#AUTO] for flash attention
/// @param loss how the loss is computed from logits
public record TrainingSettings(
        Method method,
        Optimizer optimizer,
        Numerics numerics,
        ZeroStage zero,
        Offload offload,
        int microBatch,
        long sequenceLength,
        boolean accumulatesGradients,
        boolean isCheckpointing,
        AttentionKernel attention,
        Loss loss) {
    private static final int MOST_SEQUENCES = 1 << 20;
    private static final long LONGEST = 1L << 31;

    /// What data-parallel ranks divide among themselves (arXiv:1910.02054).
    public enum ZeroStage {
        /// Every rank holds everything.
        NONE,
        /// Optimiser state.
        ZERO_1,
        /// Optimiser state and gradients.
        ZERO_2,
        /// Weights as well, a layer being gathered when it is needed; PyTorch's FSDP is the same.
        ZERO_3
    }

    /// What stays in main memory.
    public enum Offload {
        /// Nothing.
        NONE,
        /// Optimiser state.
        OPTIMIZER,
        /// Weights, gradients and optimiser state; a layer is brought in when it is needed.
        EVERYTHING
    }

    /// How the loss is computed from logits, by the bytes alive for each of them.
    public enum Loss {
        /// All at once: 16-bit logits, their FP32 copy, its log-softmax and part of the gradient.
        WHOLE(12),
        /// All logits at once in 16 bits, their losses piece by piece (LitGPT, torchtune).
        CHUNKED(6),
        /// Logits piece by piece and never all (Liger, cut cross-entropy arXiv:2411.09009).
        FUSED(0.5);

        private final double bytes;

        Loss(double bytes) {
            this.bytes = bytes;
        }

        /// Bytes for each logit.
        double bytes() {
            return bytes;
        }
    }

    /// Checks the counts.
    public TrainingSettings {
        if (microBatch < 1 || microBatch > MOST_SEQUENCES) {
            throw new IllegalArgumentException("a micro-batch has between 1 and " + MOST_SEQUENCES + " sequences");
        }
        if (sequenceLength < 1 || sequenceLength > LONGEST) {
            throw new IllegalArgumentException("a sequence has between 1 and " + LONGEST + " tokens");
        }
    }

    /// Training of every parameter with AdamW in mixed precision, layers checkpointed, one sequence a step.
    public static TrainingSettings full(long sequenceLength) {
        return of(new Method.Full(), Numerics.MIXED, sequenceLength);
    }

    /// Adapters on all linear layers of 16-bit weights.
    public static TrainingSettings lora(int rank, long sequenceLength) {
        return of(
                new Method.Adapters(rank, LoraTargets.allLinear(), Precisions.parse("BF16")),
                Numerics.AUTOCAST,
                sequenceLength);
    }

    /// Adapters on all linear layers of weights in doubly quantised NF4.
    public static TrainingSettings qlora(int rank, long sequenceLength) {
        return of(
                new Method.Adapters(rank, LoraTargets.allLinear(), Precisions.parse("NF4")),
                Numerics.AUTOCAST,
                sequenceLength);
    }

    private static TrainingSettings of(Method method, Numerics numerics, long sequenceLength) {
        return new TrainingSettings(
                method,
                Optimizer.ADAMW,
                numerics,
                ZeroStage.NONE,
                Offload.NONE,
                1,
                sequenceLength,
                false,
                true,
                AttentionKernel.AUTO,
                Loss.WHOLE);
    }

    /// The same, training that.
    public TrainingSettings withMethod(Method other) {
        return new TrainingSettings(
                other,
                optimizer,
                numerics,
                zero,
                offload,
                microBatch,
                sequenceLength,
                accumulatesGradients,
                isCheckpointing,
                attention,
                loss);
    }

    /// The same with another optimiser.
    public TrainingSettings withOptimizer(Optimizer other) {
        return new TrainingSettings(
                method,
                other,
                numerics,
                zero,
                offload,
                microBatch,
                sequenceLength,
                accumulatesGradients,
                isCheckpointing,
                attention,
                loss);
    }

    /// The same in other widths.
    public TrainingSettings withNumerics(Numerics other) {
        return new TrainingSettings(
                method,
                optimizer,
                other,
                zero,
                offload,
                microBatch,
                sequenceLength,
                accumulatesGradients,
                isCheckpointing,
                attention,
                loss);
    }

    /// The same with ranks dividing that.
    public TrainingSettings withZero(ZeroStage other) {
        return new TrainingSettings(
                method,
                optimizer,
                numerics,
                other,
                offload,
                microBatch,
                sequenceLength,
                accumulatesGradients,
                isCheckpointing,
                attention,
                loss);
    }

    /// The same with that in main memory.
    public TrainingSettings withOffload(Offload other) {
        return new TrainingSettings(
                method,
                optimizer,
                numerics,
                zero,
                other,
                microBatch,
                sequenceLength,
                accumulatesGradients,
                isCheckpointing,
                attention,
                loss);
    }

    /// The same with so many sequences a step, gradients staying from one to the next if `accumulates`.
    public TrainingSettings withMicroBatch(int sequences, boolean accumulates) {
        return new TrainingSettings(
                method,
                optimizer,
                numerics,
                zero,
                offload,
                sequences,
                sequenceLength,
                accumulates,
                isCheckpointing,
                attention,
                loss);
    }

    /// The same with layers computed again in the backward pass, or not.
    public TrainingSettings withCheckpointing(boolean checkpointing) {
        return new TrainingSettings(
                method,
                optimizer,
                numerics,
                zero,
                offload,
                microBatch,
                sequenceLength,
                accumulatesGradients,
                checkpointing,
                attention,
                loss);
    }

    /// The same with scores computed so.
    public TrainingSettings withAttention(AttentionKernel kernel) {
        return new TrainingSettings(
                method,
                optimizer,
                numerics,
                zero,
                offload,
                microBatch,
                sequenceLength,
                accumulatesGradients,
                isCheckpointing,
                kernel,
                loss);
    }

    /// The same with the loss computed so.
    public TrainingSettings withLoss(Loss other) {
        return new TrainingSettings(
                method,
                optimizer,
                numerics,
                zero,
                offload,
                microBatch,
                sequenceLength,
                accumulatesGradients,
                isCheckpointing,
                attention,
                other);
    }

    /// Tokens of a micro-batch.
    public long tokens() {
        return Math.multiplyExact(sequenceLength, (long) microBatch);
    }
}
