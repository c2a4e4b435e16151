package dev.weighbridge.model.block;

/// The place of a part within a mixer, a feed-forward or an expert block.
public enum Slot {
    QUERY,
    KEY,
    /// Absent where the projected keys serve as values too (Gemma 4).
    VALUE,
    OUTPUT,
    /// Query, key and value in one matrix.
    QUERY_KEY_VALUE,
    /// Query and output gate in one matrix, side by side for each head.
    QUERY_GATE,
    /// Key and value in one matrix.
    KEY_VALUE,
    QUERY_NORM,
    KEY_NORM,
    /// Norm of the query after the rotary positions (Llama 4, Hunyuan).
    ROTATED_QUERY_NORM,
    ROTATED_KEY_NORM,
    VALUE_NORM,
    /// Down projection of the query to its latent (DeepSeek's `q_a_proj`).
    QUERY_DOWN,
    QUERY_DOWN_NORM,
    QUERY_UP,
    /// Down projection of key and value to their latent, rotary part included (`kv_a_proj_with_mqa`).
    KEY_VALUE_DOWN,
    KEY_VALUE_DOWN_NORM,
    KEY_VALUE_UP,
    /// Compresses the keys and values of several positions into one (DeepSeek V4).
    COMPRESSOR,
    /// First, low-rank step of the output projection, block by block of heads.
    OUTPUT_DOWN,
    /// An output gate.
    OUTPUT_GATE,
    /// Norm between mixing and the output projection.
    OUTPUT_NORM,
    /// Norm between mixing and the output projection, after the gate was multiplied in (Mamba 2).
    GATED_NORM,
    /// One learned logit a head that takes attention from every position.
    SINKS,
    /// Learned relative positions, slopes or biases of the scores.
    POSITION_BIAS,
    /// The light attention that selects positions for sparse attention.
    INDEXER,
    /// Gate of a gated feed-forward.
    GATE,
    UP,
    DOWN,
    /// Gate and up in one matrix.
    GATE_UP,
    /// A norm inside a feed-forward.
    INNER_NORM,
    /// The router of an expert block.
    ROUTER,
    /// The correction added to the router's scores when choosing (a buffer or a parameter).
    ROUTER_BIAS,
    SHARED_EXPERT,
    SHARED_EXPERT_GATE,
    /// What files hold of experts that return their input unchanged.
    IDENTITY_EXPERTS,
    /// Projection into the narrower width that routed experts work in.
    EXPERTS_IN,
    /// Projection back from it.
    EXPERTS_OUT,
    /// The wide input projection of a recurrent mixer.
    INPUT,
    /// The short causal convolution of a recurrent mixer.
    CONVOLUTION,
    /// Step size, decay, state matrix, skip and other small parameters of a recurrence.
    DYNAMICS,
    /// Anything else that belongs to the mixer.
    OTHER
}
