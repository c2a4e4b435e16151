package dev.weighbridge.engine.layer;

import dev.weighbridge.engine.position.Rotation;
import org.jspecify.annotations.Nullable;

/// How an attention makes queries, keys and values of its input.
interface HeadProjections {
    /// Fills the queries and appends keys and values to the cache.
    ///
    /// @param x the layer's input
    /// @param queries `[tokens, headCount, headDim]`, turned by position
    /// @param gates `[tokens, headCount, valueHeadDim]`, filled where the answer is true
    /// @param rotation rotary positions; null for none
    /// @param cache where keys and values go; null where another layer's are read
    /// @return whether the output is gated by `gates`
    boolean apply(
            Step step, float[] x, float[] queries, float[] gates, @Nullable Rotation rotation, @Nullable KvCache cache);
}
