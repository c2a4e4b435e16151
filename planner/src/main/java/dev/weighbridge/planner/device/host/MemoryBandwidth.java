package dev.weighbridge.planner.device.host;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/// How fast memory is read, which is what generating a token waits for.
///
/// Each thread sums longs of its own array, which is larger than its share of the caches, a piece a round.
final class MemoryBandwidth {
    /// Small enough for many rounds, large enough that starting one does not count.
    private static final int LONGS_A_ROUND = 4 << 20;

    /// Four pieces a thread at the least, so that no piece is still in a cache when its turn comes again.
    private static final int FEWEST_PIECES = 4;

    private static final int MOST_PIECES = 32;

    private MemoryBandwidth() {}

    /// Bytes a second that threads read together from some `bytes` of memory.
    static double measure(int threads, long bytes, Duration time) {
        long pieces = bytes / threads / Long.BYTES / LONGS_A_ROUND;
        int piecesEach = Math.clamp(pieces, FEWEST_PIECES, MOST_PIECES);
        int longsARound = (int) Math.min(LONGS_A_ROUND, Math.max(1024, bytes / threads / Long.BYTES / piecesEach));
        List<Reader> readers = IntStream.range(0, threads)
                .mapToObj(_ -> new Reader(longsARound, piecesEach))
                .toList();
        return Rounds.best(readers, time) * threads * longsARound * Long.BYTES;
    }

    private static final class Reader implements Callable<Long> {
        private final int piece;
        private final int pieces;
        private int next;
        private long[] memory = {};

        Reader(int piece, int pieces) {
            this.piece = piece;
            this.pieces = pieces;
        }

        @Override
        public Long call() {
            if (memory.length == 0) {
                // Made by the thread that reads it, so that it lies in the memory of that thread's socket.
                memory = new long[piece * pieces];
                for (int i = 0; i < memory.length; i++) {
                    memory[i] = i;
                }
            }
            next = (next + 1) % pieces;
            return sum(memory, next * piece, (next + 1) * piece);
        }

        private static long sum(long[] memory, int from, int to) {
            long sum = 0;
            for (int i = from; i < to; i++) {
                sum += memory[i];
            }
            return sum;
        }
    }
}
