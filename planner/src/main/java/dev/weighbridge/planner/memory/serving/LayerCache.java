package dev.weighbridge.planner.memory.serving;

/// What a layer keeps of the past on one rank (vLLM `KVCacheSpec`). Layers that keep alike share a block
/// table.
sealed interface LayerCache {
    /// Keys and values of every position.
    ///
    /// @param tokenBytes of one position
    /// @param stride positions that one entry stands for; 1 for most
    record Full(long tokenBytes, long stride) implements LayerCache {}

    /// Those of the last positions.
    ///
    /// @param tokenBytes of one position
    /// @param window positions seen
    record Window(long tokenBytes, long window) implements LayerCache {}

    /// Those of the chunk that is being written.
    ///
    /// @param tokenBytes of one position
    /// @param chunk positions of a chunk
    record Chunk(long tokenBytes, long chunk) implements LayerCache {}

    /// A state of fixed size for each sequence.
    ///
    /// @param bytes of one state
    record State(long bytes) implements LayerCache {}
}
