package dev.weighbridge.engine.tokenizer;

import java.util.function.IntConsumer;

/// Turns a piece into tokens. Immutable but for caches; safe for many threads.
@FunctionalInterface
interface PieceModel {
    /// Hands on the ids of a piece, in order.
    void encode(String piece, IntConsumer ids);
}
