package dev.weighbridge.model.block;

import java.util.List;

/// One piece of a model. Leaves own parameters; composites own other blocks; a mixer or a feed-forward owns its parts
/// by
/// [Slot] beside the constants of its computation.
///
/// The name is the block's path segment in the published checkpoint; an empty name adds none, so that grouping for the
/// sake of computation ([Residual], [Parallel]) leaves the names alone.
public sealed interface Block
        permits Attention,
                Convolution,
                Embedding,
                Experts,
                FeedForward,
                Head,
                Linear,
                LinearAttention,
                Norm,
                Parallel,
                Repeat,
                Residual,
                Sequence,
                StateSpace,
                Table,
                Tied {
    /// The path segment, possibly empty, possibly several joined by dots.
    String name();

    /// The blocks directly inside, in the order of computation where that is known.
    List<Block> children();

    /// The parameters this block owns itself, those of [#children()] not included.
    List<Parameter> parameters();
}
