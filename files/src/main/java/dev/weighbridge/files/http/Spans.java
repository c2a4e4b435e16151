package dev.weighbridge.files.http;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

/// Ranges of a file that are in memory; the oldest go first when they grow too many.
final class Spans {
    private static final long MAX_BYTES = 64L << 20;

    private final TreeMap<Long, byte[]> spans = new TreeMap<>();
    private final Deque<Long> order = new ArrayDeque<>();
    private long bytes;

    void add(long start, byte[] span) {
        byte[] replaced = spans.put(start, span);
        bytes += span.length - (replaced == null ? 0 : replaced.length);
        if (replaced == null) {
            order.addLast(start);
        }
        while (bytes > MAX_BYTES && order.size() > 1) {
            byte[] dropped = spans.remove(order.removeFirst());
            bytes -= dropped == null ? 0 : dropped.length;
        }
    }

    /// Copies what is here from `offset` on; returns how much that was.
    int copy(long offset, ByteBuffer target) {
        Map.Entry<Long, byte[]> span = spans.floorEntry(offset);
        if (span == null || offset - span.getKey() >= span.getValue().length) {
            return 0;
        }
        int from = (int) (offset - span.getKey());
        int count = Math.min(target.remaining(), span.getValue().length - from);
        target.put(span.getValue(), from, count);
        return count;
    }

    /// Where the next range after `offset` begins; `fallback` where there is none.
    long nextStart(long offset, long fallback) {
        Long next = spans.higherKey(offset);
        return next == null ? fallback : next;
    }
}
