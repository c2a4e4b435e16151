package dev.weighbridge.planner.memory.llamacpp;

import dev.weighbridge.planner.memory.Workload;

/// How many positions the caches of a context hold.
///
/// @param context positions of all sequences together (`n_ctx`, rounded up)
/// @param perStream positions of one stream of the full cache (`n_ctx_seq`)
/// @param windowed positions of one stream of the sliding-window cache
/// @param streams separate caches: one for each sequence, or one for all
/// @param sequences that may be in work at a time (`n_seq_max`)
/// @param microBatch tokens computed at once (`n_ubatch`)
/// @param flash whether scores are never in memory
record Cells(long context, long perStream, long windowed, int streams, int sequences, long microBatch, boolean flash) {
    /// Caches are as long as a multiple of this (ggml-org/llama.cpp issue 17037).
    static final long PAGE = 256;

    private static final long PLAIN_PAGE = 32;
    private static final int BATCH = 2048;
    private static final int MICRO_BATCH = 512;

    /// The cells that a workload asks for.
    ///
    /// @param window positions of the largest sliding window; 0 where there is none
    /// @param isSeparate whether each sequence has caches of its own whatever is asked
    static Cells of(Workload workload, LlamaCppSettings settings, long window, boolean isSeparate) {
        boolean flash = isFlash(workload, settings);
        int sequences = workload.sequences();
        long page = settings.build().paddedContext() || flash ? PAGE : PLAIN_PAGE;
        boolean unified = settings.unifiedCache() || !settings.build().streams();
        long asked = workload.totalTokens();
        long batch = Math.min(asked, workload.batch() == 0 ? BATCH : workload.batch());
        long microBatch = Math.min(batch, workload.microBatch() == 0 ? MICRO_BATCH : workload.microBatch());
        long context = padded(asked, page);
        long perStream = unified ? context : padded(Math.max(1, context / sequences), page);
        int streams = unified && !isSeparate ? 1 : sequences;
        long seen = Math.addExact(Math.multiplyExact(window, sequences / streams), microBatch);
        boolean whole = settings.fullWindowCache() || window == 0;
        long windowed = whole ? perStream : padded(Math.min(perStream, seen), page);
        return new Cells(
                unified ? context : perStream * sequences, perStream, windowed, streams, sequences, microBatch, flash);
    }

    /// Whether scores are never in memory.
    static boolean isFlash(Workload workload, LlamaCppSettings settings) {
        return switch (workload.attention()) {
            case FLASH -> true;
            case PLAIN -> false;
            case AUTO -> settings.build().flashByDefault();
        };
    }

    /// `size`, rounded up.
    static long padded(long size, long multiple) {
        return Math.multiplyExact(Math.ceilDiv(size, multiple), multiple);
    }
}
