package dev.weighbridge.model.block;

/// Which positions a query may attend to.
///
/// @param kind the rule
/// @param size positions of a window or chunk, or those selected; 0 for the others
/// @param stride beside those positions one compressed entry is seen, and kept, for every `stride` positions before
///     (DeepSeek V4); 0 for none
public record Span(Kind kind, long size, long stride) {
    /// Without compressed positions.
    public Span(Kind kind, long size) {
        this(kind, size, 0);
    }

    /// The rules.
    public enum Kind {
        /// Itself and everything before.
        CAUSAL,
        /// Everything.
        BIDIRECTIONAL,
        /// Itself and the `size − 1` positions before.
        WINDOW,
        /// Positions at most `size / 2` away on either side.
        BIDIRECTIONAL_WINDOW,
        /// Everything before within the chunk of `size` positions that it lies in.
        CHUNK,
        /// Of itself and everything before at most `size` positions, selected by an indexer; the cache keeps all.
        SELECTED,
        /// Everything within the chunk of `size` positions that it lies in (windows of a vision tower).
        BIDIRECTIONAL_CHUNK,
        /// The output of another tower, whose keys and values are computed once.
        CROSS
    }

    /// Itself and everything before.
    public static Span causal() {
        return new Span(Kind.CAUSAL, 0);
    }

    /// Everything.
    public static Span bidirectional() {
        return new Span(Kind.BIDIRECTIONAL, 0);
    }

    /// Itself and the `size − 1` positions before.
    public static Span window(long size) {
        return new Span(Kind.WINDOW, size);
    }

    /// Everything within the chunk of `size` positions that it lies in.
    public static Span bidirectionalChunk(long size) {
        return new Span(Kind.BIDIRECTIONAL_CHUNK, size);
    }

    /// At most `size` of the positions before, selected by an indexer.
    public static Span selected(long size) {
        return new Span(Kind.SELECTED, size);
    }

    /// Everything before within the chunk of `size` positions that it lies in.
    public static Span chunk(long size) {
        return new Span(Kind.CHUNK, size);
    }

    /// The same with one compressed entry beside it for every `count` positions before.
    public Span compressing(long count) {
        return new Span(kind, size, count);
    }

    /// The output of another tower.
    public static Span cross() {
        return new Span(Kind.CROSS, 0);
    }
}
