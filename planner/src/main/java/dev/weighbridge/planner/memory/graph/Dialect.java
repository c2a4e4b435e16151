package dev.weighbridge.planner.memory.graph;

/// The programs whose graphs are known, each as it was over a span of time.
///
/// The figures for ik_llama.cpp are those of commits 8b3002bb (June 2025) and 9f0eb3f5 (January 2026); those for
/// llama.cpp of v0.5.0 and of the pull requests that the constants name.
public enum Dialect {
    /// ggml-org/llama.cpp since masks are 16-bit floats for flash attention (PR 23764, May 2026).
    LLAMA_CPP(true, true, false, false, false),
    /// ggml-org/llama.cpp before that, since places in the cache are inputs (PR 14285, July 2025).
    LLAMA_CPP_2025(false, true, true, false, false),
    /// ggml-org/llama.cpp before that.
    LLAMA_CPP_2024(false, false, true, true, false),
    /// ikawrakow/ik_llama.cpp since October 2025 (PR 825, PR 858).
    IK_LLAMA_CPP(false, false, false, true, true),
    /// ikawrakow/ik_llama.cpp before that.
    IK_LLAMA_CPP_2025(false, false, true, true, true);

    private final boolean embeddingInput;
    private final boolean placeInputs;
    private final boolean wideMask;
    private final boolean paddedMask;
    private final boolean fork;

    Dialect(boolean embeddingInput, boolean placeInputs, boolean wideMask, boolean paddedMask, boolean fork) {
        this.embeddingInput = embeddingInput;
        this.placeInputs = placeInputs;
        this.wideMask = wideMask;
        this.paddedMask = paddedMask;
        this.fork = fork;
    }

    /// Whether there is room for embeddings given from outside beside token numbers.
    boolean hasEmbeddingInput() {
        return embeddingInput;
    }

    /// Whether the places that keys and values are written to come as inputs; otherwise they are copied to a view
    /// of the cache.
    boolean hasPlaceInputs() {
        return placeInputs;
    }

    /// Whether masks are 32-bit floats always, and cast for flash attention.
    boolean hasWideMask() {
        return wideMask;
    }

    /// Whether a mask has rows for a multiple of 64 tokens.
    boolean hasPaddedMask() {
        return paddedMask;
    }

    /// Whether the operations are those of ik_llama.cpp: norms with their weights, gates with their projections
    /// and the sum of experts in one step each.
    boolean isFork() {
        return fork;
    }
}
