package dev.weighbridge.engine.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;

/// Byte-pair encoding: of all neighbours that may be joined the best are, the leftmost first, until none may.
///
/// The neighbours are held in a list, those that may be joined in a queue, so that a piece of n characters costs
/// n log n.
final class BytePairModel implements PieceModel {
    /// What two neighbours become.
    ///
    /// @param priority the lowest is joined first
    /// @param id of the joined token
    record Merge(double priority, int id) {}

    /// Which neighbours may be joined.
    interface Merges {
        /// What the tokens of two neighbours become; null where they may not be joined.
        @org.jspecify.annotations.Nullable
        Merge of(int left, int right, String joined);
    }

    /// What stands for characters that no token has.
    ///
    /// @param id of the token for the unknown; -1 for none
    /// @param fuses whether several in a row are one
    /// @param byBytes whether their bytes have tokens of their own (`<0x0A>`)
    record Unknown(int id, boolean fuses, boolean byBytes) {}

    private static final int CACHED = 1 << 16;
    private static final int LONGEST_CACHED = 64;

    private final Map<String, Integer> vocabulary;
    private final Merges merges;
    private final Unknown unknown;
    private final boolean wholeFirst;
    private final Map<String, int[]> cache = new ConcurrentHashMap<>();

    /// @param wholeFirst whether a piece that is a token stays one, whatever the merges say
    BytePairModel(Map<String, Integer> vocabulary, Merges merges, Unknown unknown, boolean wholeFirst) {
        this.vocabulary = vocabulary;
        this.merges = merges;
        this.unknown = unknown;
        this.wholeFirst = wholeFirst;
    }

    @Override
    public void encode(String piece, IntConsumer ids) {
        int[] found = cache.get(piece);
        if (found == null) {
            found = encoded(piece);
            if (piece.length() <= LONGEST_CACHED && cache.size() < CACHED) {
                cache.put(piece, found);
            }
        }
        for (int id : found) {
            ids.accept(id);
        }
    }

    private int[] encoded(String piece) {
        Integer whole = wholeFirst ? vocabulary.get(piece) : null;
        return whole == null ? new Joining(piece).ids() : new int[] {whole};
    }

    /// One piece while it is joined.
    private final class Joining {
        private final String piece;
        private final int[] from;
        private final int[] to;
        private final int[] ids;
        private final int[] next;
        private final int[] previous;
        private final PriorityQueue<Candidate> queue = new PriorityQueue<>();

        /// Two neighbours that may be joined.
        private record Candidate(double priority, int left, int right, int end, int id)
                implements Comparable<Candidate> {
            @Override
            public int compareTo(Candidate other) {
                int byPriority = Double.compare(priority, other.priority);
                return byPriority != 0 ? byPriority : Integer.compare(left, other.left);
            }
        }

        Joining(String piece) {
            this.piece = piece;
            int count = piece.codePointCount(0, piece.length());
            from = new int[count];
            to = new int[count];
            ids = new int[count];
            next = new int[count];
            previous = new int[count];
            int at = 0;
            for (int i = 0; i < count; i++) {
                from[i] = at;
                at += Character.charCount(piece.codePointAt(at));
                to[i] = at;
                ids[i] = vocabulary.getOrDefault(piece.substring(from[i], at), -1);
                next[i] = i + 1 < count ? i + 1 : -1;
                previous[i] = i - 1;
            }
            for (int i = 0; i + 1 < count; i++) {
                offer(i, i + 1);
            }
        }

        private void offer(int left, int right) {
            if (ids[left] < 0 || ids[right] < 0) {
                return;
            }
            Merge merge = merges.of(ids[left], ids[right], piece.substring(from[left], to[right]));
            if (merge != null) {
                queue.add(new Candidate(merge.priority(), left, right, to[right], merge.id()));
            }
        }

        int[] ids() {
            while (!queue.isEmpty()) {
                Candidate best = queue.poll();
                boolean isStale =
                        ids[best.left()] < -1 || next[best.left()] != best.right() || to[best.right()] != best.end();
                if (isStale) {
                    continue;
                }
                join(best);
            }
            return written();
        }

        private void join(Candidate best) {
            int left = best.left();
            int right = best.right();
            ids[left] = best.id();
            to[left] = to[right];
            next[left] = next[right];
            ids[right] = -2;
            if (next[left] >= 0) {
                previous[next[left]] = left;
                offer(left, next[left]);
            }
            if (previous[left] >= 0) {
                offer(previous[left], left);
            }
        }

        private int[] written() {
            var out = java.util.stream.IntStream.builder();
            boolean wasUnknown = false;
            for (int i = 0; i >= 0 && i < ids.length; i = next[i]) {
                boolean isUnknown = ids[i] < 0;
                if (!isUnknown) {
                    out.add(ids[i]);
                } else if (!writeBytes(i, out) && unknown.id() >= 0 && !(unknown.fuses() && wasUnknown)) {
                    out.add(unknown.id());
                }
                wasUnknown = isUnknown;
            }
            return out.build().toArray();
        }

        private boolean writeBytes(int i, java.util.stream.IntStream.Builder out) {
            if (!unknown.byBytes()) {
                return false;
            }
            for (byte b : piece.substring(from[i], to[i]).getBytes(StandardCharsets.UTF_8)) {
                Integer id = vocabulary.get(String.format("<0x%02X>", b & 0xff));
                if (id == null) {
                    return false;
                }
                out.add(id);
            }
            return true;
        }
    }
}
