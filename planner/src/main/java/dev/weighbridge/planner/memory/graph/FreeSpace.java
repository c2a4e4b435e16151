package dev.weighbridge.planner.memory.graph;

import java.util.ArrayList;
import java.util.List;

/// The free blocks of one buffer while a graph is laid out in it, and how far it had to grow.
///
/// A tensor goes to the smallest free block that holds it, whichever was made last among equals; where none
/// does, to the open end. A buffer that may not be larger than `chunkBytes` continues in further chunks; the
/// open end that wastes or grows least is taken then. This is the policy of ggml's allocator (ggml v0.5.0,
/// `ggml-alloc.c`).
final class FreeSpace {
    private static final int CHUNK_COUNT = 16;
    private static final int CHUNK_SHIFT = 56;
    private static final long ENDLESS = Long.MAX_VALUE / 2;

    /// Blocks of one chunk, sorted by offset; the last one is the open end.
    private static final class Chunk {
        private long[] offsets = new long[16];
        private long[] sizes = new long[16];
        private int count;
        private long grown;

        Chunk(long size) {
            sizes[0] = size;
            count = 1;
        }

        void insert(long offset, long size) {
            if (count == offsets.length) {
                offsets = java.util.Arrays.copyOf(offsets, 2 * count);
                sizes = java.util.Arrays.copyOf(sizes, 2 * count);
            }
            int at = 0;
            while (at < count && offsets[at] < offset) {
                at++;
            }
            System.arraycopy(offsets, at, offsets, at + 1, count - at);
            System.arraycopy(sizes, at, sizes, at + 1, count - at);
            offsets[at] = offset;
            sizes[at] = size;
            count++;
        }

        void remove(int at) {
            System.arraycopy(offsets, at + 1, offsets, at, count - at - 1);
            System.arraycopy(sizes, at + 1, sizes, at, count - at - 1);
            count--;
        }

        void release(long offset, long size) {
            for (int i = 0; i < count; i++) {
                if (offsets[i] + sizes[i] == offset) {
                    sizes[i] += size;
                    joinNext(i);
                    return;
                }
                if (offset + size == offsets[i]) {
                    offsets[i] = offset;
                    sizes[i] += size;
                    if (i > 0) {
                        joinNext(i - 1);
                    }
                    return;
                }
            }
            insert(offset, size);
        }

        private void joinNext(int at) {
            if (at + 1 < count && offsets[at] + sizes[at] == offsets[at + 1]) {
                sizes[at] += sizes[at + 1];
                remove(at + 1);
            }
        }
    }

    private final long alignment;
    private final long chunkBytes;
    private final List<Chunk> chunks = new ArrayList<>(1);

    /// An empty buffer.
    ///
    /// @param alignment a power of two
    /// @param chunkBytes the largest chunk
    FreeSpace(long alignment, long chunkBytes) {
        this.alignment = alignment;
        this.chunkBytes = Math.min(chunkBytes, ENDLESS);
    }

    /// Takes room.
    ///
    /// @return the address, to be handed back to [#release]
    long take(long bytes) {
        long size = aligned(bytes);
        int chosen = -1;
        int block = -1;
        for (int c = 0; c < chunks.size(); c++) {
            Chunk chunk = chunks.get(c);
            long smallest = Long.MAX_VALUE;
            for (int i = 0; i < chunk.count - 1; i++) {
                if (chunk.sizes[i] >= size && chunk.sizes[i] <= smallest) {
                    chosen = c;
                    block = i;
                    smallest = chunk.sizes[i];
                }
            }
        }
        if (block < 0) {
            chosen = openEnd(size);
            block = chunks.get(chosen).count - 1;
        }
        Chunk chunk = chunks.get(chosen);
        long offset = chunk.offsets[block];
        chunk.offsets[block] += size;
        chunk.sizes[block] -= size;
        if (chunk.sizes[block] == 0) {
            chunk.remove(block);
        }
        chunk.grown = Math.max(chunk.grown, offset + size);
        return ((long) chosen << CHUNK_SHIFT) | offset;
    }

    /// Gives room back.
    void release(long address, long bytes) {
        long offset = address & ((1L << CHUNK_SHIFT) - 1);
        chunks.get((int) (address >>> CHUNK_SHIFT)).release(offset, aligned(bytes));
    }

    /// Bytes that the buffer takes.
    long grown() {
        long total = 0;
        for (Chunk chunk : chunks) {
            total += chunk.grown;
        }
        return total;
    }

    private int openEnd(long size) {
        int chosen = -1;
        long best = Long.MIN_VALUE;
        for (int c = 0; c < chunks.size(); c++) {
            Chunk chunk = chunks.get(c);
            if (chunk.count == 0 || chunk.sizes[chunk.count - 1] < size) {
                continue;
            }
            // what remains of the memory taken so far; below zero what has to be added
            long rest = chunk.grown - chunk.offsets[chunk.count - 1] - size;
            boolean grows = best < 0 && rest > best;
            boolean wastes = rest >= 0 && rest < best;
            if (grows || wastes) {
                chosen = c;
                best = rest;
            }
        }
        if (chosen >= 0) {
            return chosen;
        }
        if (chunks.size() == CHUNK_COUNT) {
            throw new IllegalStateException("no chunk is left for " + size + " bytes");
        }
        boolean last = chunks.size() == CHUNK_COUNT - 1;
        chunks.add(new Chunk(last ? ENDLESS : Math.max(size, chunkBytes)));
        return chunks.size() - 1;
    }

    private long aligned(long bytes) {
        return (bytes + alignment - 1) & -alignment;
    }
}
