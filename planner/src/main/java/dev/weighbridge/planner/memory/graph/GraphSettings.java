package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.model.tensor.DataType;

/// What a ggml runtime is told that shapes its compute graph.
///
/// @param engine whose graphs they are
/// @param tokens of one micro-batch (`n_ubatch`, no more than the context)
/// @param outputs rows that logits are computed for in one micro-batch: `tokens`, unless the program asks for
///     fewer
/// @param sequences that may be in work at a time (`n_seq_max`)
/// @param streams separate caches: `sequences`, or 1 where all share one (`kv_unified`)
/// @param cells positions that one stream of the cache holds; 0 for a model without one
/// @param windowCells positions that one stream of the sliding-window cache holds; 0 where there is none
/// @param contextCells positions of all sequences together (`n_ctx`, padded)
/// @param flash whether scores are never in memory (flash attention)
/// @param keyType type of cached keys
/// @param valueType type of cached values
/// @param offloadsCache whether the cache lies where its layer does, rather than in main memory
/// @param offloadsOperations whether large products with weights in main memory are computed on the first
///     device
public record GraphSettings(
        Engine engine,
        long tokens,
        long outputs,
        int sequences,
        int streams,
        long cells,
        long windowCells,
        long contextCells,
        boolean flash,
        DataType keyType,
        DataType valueType,
        boolean offloadsCache,
        boolean offloadsOperations) {
    /// The programs whose graphs are known.
    public enum Engine {
        /// ggml-org/llama.cpp.
        LLAMA_CPP,
        /// ikawrakow/ik_llama.cpp.
        IK_LLAMA_CPP
    }

    /// Checks the counts.
    public GraphSettings {
        if (tokens <= 0 || outputs <= 0 || sequences <= 0 || streams <= 0 || contextCells <= 0) {
            throw new IllegalArgumentException("tokens, outputs, sequences, streams and context must be positive");
        }
        if (cells < 0 || windowCells < 0) {
            throw new IllegalArgumentException("cells of a cache must not be negative");
        }
    }

    /// One sequence on the current llama.cpp with flash attention, a cache of 16-bit floats and logits for
    /// every token.
    ///
    /// @param tokens of one micro-batch
    /// @param cells positions in the cache
    /// @param windowCells positions in the sliding-window cache; 0 where there is none
    public static GraphSettings of(long tokens, long cells, long windowCells) {
        return new GraphSettings(
                Engine.LLAMA_CPP,
                tokens,
                tokens,
                1,
                1,
                cells,
                windowCells,
                Math.max(cells, 1),
                true,
                DataType.F16,
                DataType.F16,
                true,
                true);
    }

    /// The same with scores in memory or not.
    public GraphSettings withFlash(boolean other) {
        return new GraphSettings(
                engine,
                tokens,
                outputs,
                sequences,
                streams,
                cells,
                windowCells,
                contextCells,
                other,
                keyType,
                valueType,
                offloadsCache,
                offloadsOperations);
    }

    /// The same with a cache of these types.
    public GraphSettings withCache(DataType keys, DataType values) {
        return new GraphSettings(
                engine,
                tokens,
                outputs,
                sequences,
                streams,
                cells,
                windowCells,
                contextCells,
                flash,
                keys,
                values,
                offloadsCache,
                offloadsOperations);
    }

    /// The same with so many sequences, each with a stream of its own.
    public GraphSettings withSequences(int count) {
        return new GraphSettings(
                engine,
                tokens,
                outputs,
                count,
                count,
                cells,
                windowCells,
                contextCells,
                flash,
                keyType,
                valueType,
                offloadsCache,
                offloadsOperations);
    }

    /// The same with logits for so many rows.
    public GraphSettings withOutputs(long rows) {
        return new GraphSettings(
                engine,
                tokens,
                rows,
                sequences,
                streams,
                cells,
                windowCells,
                contextCells,
                flash,
                keyType,
                valueType,
                offloadsCache,
                offloadsOperations);
    }
}
