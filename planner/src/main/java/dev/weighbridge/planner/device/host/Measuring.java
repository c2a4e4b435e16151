package dev.weighbridge.planner.device.host;

import java.time.Duration;
import java.util.function.Consumer;

/// Measures what the processor and the memory of this machine reach. It takes some six seconds, and all
/// of the processor meanwhile.
///
/// Best of many short rounds: what other programs take in one round they rarely take in all.
public final class Measuring {
    private static final Duration OF_ONE = Duration.ofSeconds(1);
    private static final Duration OF_ALL = Duration.ofMillis(1500);

    private final int threads;
    private final long bytes;

    /// Measures with so many threads over so many bytes of heap.
    ///
    /// @param threads that may run at a time
    /// @param heapBytes that may be taken; more than the caches hold, or the caches are measured
    public Measuring(int threads, long heapBytes) {
        if (threads < 1 || heapBytes < 1) {
            throw new IllegalArgumentException("a measurement needs a thread and memory");
        }
        this.threads = threads;
        this.bytes = heapBytes;
    }

    /// Measures.
    ///
    /// @param processor the name to keep the result under
    /// @param date to keep it under, ISO 8601
    /// @param progress is told what is being measured
    public Measurement take(String processor, String date, Consumer<String> progress) {
        progress.accept("memory bandwidth of one thread");
        double bandwidthOfOne = MemoryBandwidth.measure(1, bytes, OF_ONE);
        progress.accept("memory bandwidth of " + threads + " threads");
        double bandwidthOfAll = MemoryBandwidth.measure(threads, bytes, OF_ALL);
        progress.accept("matrix product of one thread");
        double floatsOfOne = MatrixThroughput.measure(1, OF_ONE);
        progress.accept("matrix product of " + threads + " threads");
        double floatsOfAll = MatrixThroughput.measure(threads, OF_ALL);
        // One thread alone is one of all: noise must not make it look faster than all together.
        return new Measurement(
                processor,
                threads,
                date,
                bandwidthOfOne,
                Math.max(bandwidthOfOne, bandwidthOfAll),
                floatsOfOne,
                Math.max(floatsOfOne, floatsOfAll));
    }
}
