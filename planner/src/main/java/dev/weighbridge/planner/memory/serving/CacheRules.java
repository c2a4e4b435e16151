package dev.weighbridge.planner.memory.serving;

/// How a version of vLLM forms pages and counts tokens (`vllm/v1/core/kv_cache_utils.py`,
/// `kv_cache_interface.py`).
///
/// @param block positions of a page; 0 for the engine's own choice
/// @param stateAlignment a page of attention beside recurrent states holds a multiple of so many positions
/// @param statesPerSequence state pages that a sequence may hold
/// @param groupSlack kinds of layers share one group size if the most frequent is less than so many times
///     the rarest
/// @param keepsWindows whether windowed layers drop what they no longer see; else every layer keeps
///     everything
/// @param countsByConcurrency whether the printed tokens are those of as many longest sequences as fit,
///     rather than the pages of one group
record CacheRules(
        long block,
        long stateAlignment,
        int statesPerSequence,
        double groupSlack,
        boolean keepsWindows,
        boolean countsByConcurrency) {
    private static final long BLOCK = 16;

    /// The rules of a version.
    ///
    /// @param block positions of a page that the user asks for; 0 for none
    static CacheRules of(EngineVersion version, long block) {
        return new CacheRules(
                block == 0 ? BLOCK : block,
                BLOCK,
                // the state before the last page is kept for prefix caching (mamba cache mode "align")
                version.isAtLeast(0, 17) ? 2 : 1,
                version.isAtLeast(0, 17) ? 1.5 : version.isAtLeast(0, 11) ? 1.25 : 1,
                version.isAtLeast(0, 10),
                version.isAtLeast(0, 21));
    }
}
