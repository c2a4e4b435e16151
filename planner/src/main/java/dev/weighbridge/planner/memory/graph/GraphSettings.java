package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.model.tensor.DataType;

/// What a ggml runtime is told that shapes its compute graph.
///
/// @param dialect whose graphs they are
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
/// @param latent how latent attention is computed
/// @param scoreBytes what the scores of one step of attention may take at most, by which ik_llama.cpp computes
///     heads in several steps (`-amb`); 0 for any size
/// @param offloadsCache whether the cache lies where its layer does, rather than in main memory
/// @param offloadsOperations whether large products with weights in main memory are computed on the first
///     device
public record GraphSettings(
        Dialect dialect,
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
        Latent latent,
        long scoreBytes,
        boolean offloadsCache,
        boolean offloadsOperations) {
    /// Ways to compute latent attention.
    public enum Latent {
        /// Over keys and values of every head, which are what the cache holds (`-mla 0`).
        EXPANDED,
        /// Over latents, which are what the cache holds (`-mla 1`; llama.cpp's only way).
        ABSORBED,
        /// Over keys and values of every head, which are made of the latents in the cache for large batches
        /// (`-mla 2` and `3`).
        UNPACKED
    }

    /// Checks the counts.
    public GraphSettings {
        if (tokens <= 0 || outputs <= 0 || sequences <= 0 || streams <= 0 || contextCells <= 0) {
            throw new IllegalArgumentException("tokens, outputs, sequences, streams and context must be positive");
        }
        if (cells < 0 || windowCells < 0 || scoreBytes < 0) {
            throw new IllegalArgumentException("cells of a cache and bytes of scores must not be negative");
        }
    }

    /// One sequence on the current llama.cpp with flash attention, a cache of 16-bit floats and logits for
    /// every token, to be changed from there.
    ///
    /// @param tokens of one micro-batch
    /// @param cells positions in the cache
    /// @param windowCells positions in the sliding-window cache; 0 where there is none
    public static Builder of(long tokens, long cells, long windowCells) {
        return new Builder(tokens, cells, windowCells);
    }

    /// Settings in the making.
    public static final class Builder {
        private final long tokens;
        private final long cells;
        private final long windowCells;
        private Dialect dialect = Dialect.LLAMA_CPP;
        private long outputs;
        private int sequences = 1;
        private int streams = 1;
        private long contextCells;
        private boolean flash = true;
        private DataType keyType = DataType.F16;
        private DataType valueType = DataType.F16;
        private Latent latent = Latent.ABSORBED;
        private long scoreBytes;
        private boolean offloadsCache = true;
        private boolean offloadsOperations = true;

        private Builder(long tokens, long cells, long windowCells) {
            this.tokens = tokens;
            this.cells = cells;
            this.windowCells = windowCells;
            this.outputs = tokens;
            this.contextCells = Math.max(cells, 1);
        }

        /// In the words of another program.
        public Builder dialect(Dialect other) {
            dialect = other;
            return this;
        }

        /// With logits for so many rows.
        public Builder outputs(long rows) {
            outputs = rows;
            return this;
        }

        /// With so many sequences, in so many separate caches, of so many positions together.
        public Builder sequences(int count, int caches, long positions) {
            sequences = count;
            streams = caches;
            contextCells = positions;
            return this;
        }

        /// With scores in memory or not.
        public Builder flash(boolean isFlash) {
            flash = isFlash;
            return this;
        }

        /// With a cache of these types.
        public Builder cache(DataType keys, DataType values) {
            keyType = keys;
            valueType = values;
            return this;
        }

        /// With latent attention computed so.
        public Builder latent(Latent way) {
            latent = way;
            return this;
        }

        /// With no more than these bytes of scores at a time; 0 for any.
        public Builder scoreBytes(long most) {
            scoreBytes = most;
            return this;
        }

        /// With caches and large products on the devices or in main memory.
        public Builder offloading(boolean caches, boolean operations) {
            offloadsCache = caches;
            offloadsOperations = operations;
            return this;
        }

        /// The settings.
        public GraphSettings build() {
            return new GraphSettings(
                    dialect,
                    tokens,
                    outputs,
                    sequences,
                    streams,
                    cells,
                    windowCells,
                    contextCells,
                    flash,
                    keyType,
                    valueType,
                    latent,
                    scoreBytes,
                    offloadsCache,
                    offloadsOperations);
        }
    }
}
