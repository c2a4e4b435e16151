package dev.weighbridge.planner.memory;

import dev.weighbridge.model.tensor.DataType;

/// What is asked of a runtime, in words that every runtime has.
///
/// @param context tokens of one sequence, prompt and answer together
/// @param sequences that are in work at a time; each has a cache of `context` tokens
/// @param batch tokens submitted at once (llama.cpp `n_batch`, vLLM `max_num_batched_tokens`); 0 for the runtime's
/// default
/// @param microBatch tokens computed at once (llama.cpp `n_ubatch`); 0 for the runtime's default
/// @param keyType type of cached keys
/// @param valueType type of cached values
/// @param attention how scores are computed
public record Workload(
        long context,
        int sequences,
        int batch,
        int microBatch,
        DataType keyType,
        DataType valueType,
        AttentionKernel attention) {
    /// How attention scores are computed.
    public enum AttentionKernel {
        /// What the runtime does by itself.
        AUTO,
        /// Blocked, without a matrix of scores in memory (arXiv:2205.14135).
        FLASH,
        /// With the matrix of scores in memory.
        PLAIN
    }

    /// Checks the counts.
    public Workload {
        if (context <= 0 || sequences <= 0 || batch < 0 || microBatch < 0) {
            throw new IllegalArgumentException("context and sequences must be positive, batches not negative");
        }
    }

    /// One sequence of `context` tokens with a cache of 16-bit floats, the runtime's defaults otherwise.
    public static Workload of(long context) {
        return new Workload(context, 1, 0, 0, DataType.F16, DataType.F16, AttentionKernel.AUTO);
    }

    /// The same with so many tokens a sequence.
    public Workload withContext(long tokens) {
        return new Workload(tokens, sequences, batch, microBatch, keyType, valueType, attention);
    }

    /// The same with so many sequences at a time.
    public Workload withSequences(int count) {
        return new Workload(context, count, batch, microBatch, keyType, valueType, attention);
    }

    /// The same with these batches; 0 for the runtime's default.
    public Workload withBatch(int submitted, int computed) {
        return new Workload(context, sequences, submitted, computed, keyType, valueType, attention);
    }

    /// The same with a cache of these types.
    public Workload withCache(DataType keys, DataType values) {
        return new Workload(context, sequences, batch, microBatch, keys, values, attention);
    }

    /// The same with scores computed so.
    public Workload withAttention(AttentionKernel kernel) {
        return new Workload(context, sequences, batch, microBatch, keyType, valueType, kernel);
    }

    /// Tokens of all sequences together.
    public long totalTokens() {
        return Math.multiplyExact(context, (long) sequences);
    }
}
