package dev.weighbridge.planner.memory.graph;

/// Where llama.cpp computes an architecture in another way than the blocks of the published model tell.
///
/// Which model types have which stands in `quirks.jsonl`.
enum Quirk {
    /// Rows that logits are wanted for are chosen before the last norm, not in the last layer.
    ROWS_BEFORE_NORM,
    /// Rows that logits are wanted for are chosen after the last norm; what the norm yields for all tokens is
    /// kept for a draft model.
    ROWS_AFTER_NORM,
    /// What the last norm yields is kept for a draft model, rows chosen in the last layer.
    KEEPS_NORM,
    /// The scale of the scores is applied to the queries in a step of its own.
    SCALED_QUERY,
    /// Branches side by side: the feed-forward is added to the stream first, the mixer's result then.
    MIXER_LAST,
    /// Branches side by side: the mixer's result is added to that of the feed-forward, not the other way.
    FEED_FORWARD_FIRST,
    /// What a mixer yields is added to the stream, not the stream to it.
    STREAM_BEFORE_MIXER,
    /// What a feed-forward yields is added to the stream, not the stream to it.
    STREAM_BEFORE_FEED_FORWARD,
    /// The weights of the chosen experts are a softmax over their scores alone.
    SOFTMAX_OF_CHOSEN,
    /// The inputs of experts are weighted, not their outputs.
    WEIGHTED_INPUTS,
    /// Gate and up of all experts are one matrix in GGUF files, too.
    JOINED_EXPERTS,
    /// Layer norms are computed as root-mean-square norms with a shift.
    RMS_FOR_LAYER_NORM,
    /// Queries of layers without rotary positions are scaled by their position.
    TEMPERED_QUERY
}
