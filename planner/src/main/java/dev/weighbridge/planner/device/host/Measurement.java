package dev.weighbridge.planner.device.host;

import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;

/// What this machine's processor and memory reached when they were measured.
///
/// Kept as a JSON object of these fields, so that later plans can rest on it:
///
///     {"processor": "AMD EPYC", "threads": 2, "date": "2026-11-22",
///      "bandwidth_gb_s": {"one_thread": 21.4, "all_threads": 38.0},
///      "fp32_gflops": {"one_thread": 90.1, "all_threads": 176.5}}
///
/// @param processor its name, by which a measurement of another machine is told apart
/// @param threads that all threads means
/// @param date ISO 8601
/// @param bandwidthOfOne bytes a second that one thread reads
/// @param bandwidthOfAll bytes a second that all threads read together
/// @param floatsOfOne operations a second on 32-bit floats that one thread does in a matrix product
/// @param floatsOfAll those that all threads do together
public record Measurement(
        String processor,
        int threads,
        String date,
        double bandwidthOfOne,
        double bandwidthOfAll,
        double floatsOfOne,
        double floatsOfAll) {
    private static final double GIGA = 1e9;

    /// Far above any machine; a figure above it is none.
    private static final double MOST = 1e9;

    /// A measurement read from the JSON object `kept`.
    ///
    /// @param file the name shown in messages
    /// @throws MalformedException if it is no measurement
    public static Measurement read(String file, String kept) {
        Config measurement = ToolJson.read(file, kept);
        Config bandwidth = measurement.part("bandwidth_gb_s");
        Config floats = measurement.part("fp32_gflops");
        return new Measurement(
                measurement.text("processor"),
                measurement.count("threads"),
                measurement.text("date"),
                positive(file, bandwidth, "one_thread"),
                positive(file, bandwidth, "all_threads"),
                positive(file, floats, "one_thread"),
                positive(file, floats, "all_threads"));
    }

    /// Whether it was taken on this processor with as many threads.
    public boolean isOf(String name, int count) {
        return processor.equals(name) && threads == count;
    }

    private static double positive(String file, Config figures, String field) {
        double figure = figures.number(field);
        if (!(figure > 0 && figure < MOST)) {
            throw new MalformedException(file + ": " + field + " must be above 0, found " + figure
                    + "; measure again with weigh devices --measure");
        }
        return figure * GIGA;
    }
}
