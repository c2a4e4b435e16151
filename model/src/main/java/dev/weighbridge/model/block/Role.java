package dev.weighbridge.model.block;

import java.util.Locale;

/// What a parameter is for.
public enum Role {
    /// Token, segment and other lookup tables read by index.
    EMBEDDING,
    /// Learned positions.
    POSITION,
    /// Query, key, value, output projections with their biases, low-rank factors, sinks, gates.
    ATTENTION,
    /// Dense feed-forward matrices.
    FEED_FORWARD,
    /// Routed experts.
    EXPERT,
    /// Experts that every token meets.
    SHARED_EXPERT,
    /// The projection that chooses experts.
    ROUTER,
    /// Norm scales and shifts, per-head norms included.
    NORM,
    /// Mamba 1 and 2.
    STATE_SPACE,
    /// Delta nets, RWKV, lightning attention.
    LINEAR_ATTENTION,
    /// Convolutions outside a state space.
    CONVOLUTION,
    /// The output head.
    HEAD,
    /// Matrices between towers, down to a latent width, and the like.
    PROJECTION,
    /// Stored with the model but not trained: never counted.
    BUFFER,
    /// None of these.
    OTHER;

    /// The role in lower case, as shown and as written to JSON.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
