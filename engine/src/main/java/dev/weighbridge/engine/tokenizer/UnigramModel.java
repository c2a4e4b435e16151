package dev.weighbridge.engine.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntConsumer;

/// SentencePiece's unigram model (arXiv:1804.10959): of all ways to cut a text into tokens the likeliest, found by
/// Viterbi's algorithm.
///
/// @param vocabulary id of each piece
/// @param scores logarithm of each piece's probability, by id
/// @param unknown id of the token for the unknown
/// @param byBytes whether characters that no token has are written byte by byte (`<0x0A>`)
/// @param longest length of the longest piece
/// @param worst score of an unknown character
record UnigramModel(
        Map<String, Integer> vocabulary, double[] scores, int unknown, boolean byBytes, int longest, double worst)
        implements PieceModel {
    /// What an unknown character costs below the worst piece.
    private static final double PENALTY = 10;

    static UnigramModel of(Map<String, Integer> vocabulary, double[] scores, int unknown, boolean byBytes) {
        int longest =
                vocabulary.keySet().stream().mapToInt(String::length).max().orElse(1);
        double worst = Arrays.stream(scores).min().orElse(0) - PENALTY;
        return new UnigramModel(vocabulary, scores, unknown, byBytes, longest, worst);
    }

    @Override
    public void encode(String piece, IntConsumer ids) {
        int length = piece.length();
        double[] best = new double[length + 1];
        int[] from = new int[length + 1];
        int[] token = new int[length + 1];
        Arrays.fill(best, Double.NEGATIVE_INFINITY);
        best[0] = 0;
        for (int at = 0; at < length; at++) {
            if (best[at] == Double.NEGATIVE_INFINITY) {
                continue;
            }
            int one = at + Character.charCount(piece.codePointAt(at));
            boolean isKnown = false;
            for (int end = at + 1; end <= Math.min(length, at + longest); end++) {
                Integer id = vocabulary.get(piece.substring(at, end));
                if (id != null && id != unknown) {
                    isKnown |= end == one;
                    improve(best, from, token, at, end, best[at] + scores[id], id);
                }
            }
            if (!isKnown) {
                improve(best, from, token, at, one, best[at] + worst, unknown);
            }
        }
        write(piece, from, token, ids);
    }

    private static void improve(double[] best, int[] from, int[] token, int at, int end, double score, int id) {
        if (score > best[end]) {
            best[end] = score;
            from[end] = at;
            token[end] = id;
        }
    }

    private void write(String piece, int[] from, int[] token, IntConsumer ids) {
        int count = 0;
        for (int end = piece.length(); end > 0; end = from[end]) {
            count++;
        }
        int[] ends = new int[count];
        for (int end = piece.length(); end > 0; end = from[end]) {
            ends[--count] = end;
        }
        boolean wasUnknown = false;
        for (int end : ends) {
            boolean isUnknown = token[end] == unknown;
            if (!isUnknown) {
                ids.accept(token[end]);
            } else if (byBytes) {
                for (byte b : piece.substring(from[end], end).getBytes(StandardCharsets.UTF_8)) {
                    ids.accept(vocabulary.getOrDefault(String.format("<0x%02X>", b & 0xff), unknown));
                }
            } else if (!wasUnknown) {
                ids.accept(unknown);
            }
            wasUnknown = isUnknown;
        }
    }
}
