package dev.weighbridge.engine.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/// BERT's: the longest token that a word begins with, then the longest that goes on, and so forth; a word that cannot
/// be
/// written so is unknown.
///
/// @param vocabulary id of each piece
/// @param unknown id of the token for the unknown
/// @param continuation what tokens inside a word begin with (`##`)
/// @param longestWord characters of the longest word that is tried
record WordPieceModel(Map<String, Integer> vocabulary, int unknown, String continuation, int longestWord)
        implements PieceModel {
    @Override
    public void encode(String piece, IntConsumer ids) {
        if (piece.codePointCount(0, piece.length()) > longestWord) {
            ids.accept(unknown);
            return;
        }
        List<Integer> found = new ArrayList<>();
        int from = 0;
        while (from < piece.length()) {
            int to = piece.length();
            Integer id = null;
            while (to > from && id == null) {
                id = vocabulary.get((from == 0 ? "" : continuation) + piece.substring(from, to));
                to = id == null ? piece.offsetByCodePoints(to, -1) : to;
            }
            if (id == null) {
                ids.accept(unknown);
                return;
            }
            found.add(id);
            from = to;
        }
        found.forEach(ids::accept);
    }
}
