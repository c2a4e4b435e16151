package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Table;

/// The parameters of hyper-connections (arXiv:2409.19606; on a manifold: arXiv:2512.24880): n residual streams are read
/// into one, and what a branch yields is written back to all, with weights computed from the streams themselves.
public final class HyperConnections {
    private HyperConnections() {}

    /// Reading, writing and mixing: `(2 + n) · n` weights and three scales; each name begins with `prefix`.
    public static Sequence mixing(String prefix, int streams, long hiddenSize) {
        return parameters(prefix, (2L + streams) * streams, streams, hiddenSize, 3);
    }

    /// Reading and writing without mixing: `2 · n` weights and two scales.
    public static Sequence exchanging(String prefix, int streams, long hiddenSize) {
        return parameters(prefix, 2L * streams, streams, hiddenSize, 2);
    }

    /// Reading alone, as before the final norm: n weights and one scale.
    public static Sequence reading(String prefix, int streams, long hiddenSize) {
        return parameters(prefix, streams, streams, hiddenSize, 1);
    }

    private static Sequence parameters(String prefix, long weights, int streams, long hiddenSize, long scales) {
        return Sequence.of(
                "",
                Table.of(prefix + "fn", weights, streams * hiddenSize),
                Table.of(prefix + "base", weights),
                Table.of(prefix + "scale", scales));
    }
}
