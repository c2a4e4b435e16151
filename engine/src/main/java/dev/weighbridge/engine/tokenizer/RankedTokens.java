package dev.weighbridge.engine.tokenizer;

import dev.weighbridge.engine.tokenizer.BytePairModel.Merge;
import dev.weighbridge.engine.tokenizer.BytePairModel.Merges;
import dev.weighbridge.engine.tokenizer.BytePairModel.Unknown;
import java.util.Map;

/// Byte-pair models whose merges are not listed: any two neighbours may be joined that make a token, the best token
/// first.
final class RankedTokens {
    private RankedTokens() {}

    /// tiktoken's: the token of the lowest rank first.
    static BytePairModel byRank(Map<String, Integer> ranks) {
        Merges merges = (_, _, joined) -> {
            Integer rank = ranks.get(joined);
            return rank == null ? null : new Merge(rank, rank);
        };
        return new BytePairModel(ranks, merges, new Unknown(-1, false, false), true);
    }

    /// SentencePiece's BPE: the token of the highest score first; a blank is no character of its own.
    ///
    /// @param scores by id
    static BytePairModel byScore(Map<String, Integer> vocabulary, float[] scores, int unknown) {
        Merges merges = (_, _, joined) -> {
            Integer id = vocabulary.get(joined);
            return id == null ? null : new Merge(-scores[id], id);
        };
        return new BytePairModel(vocabulary, merges, new Unknown(unknown, true, true), false);
    }
}
