package dev.weighbridge.planner.quality;

import java.util.List;

/// Something that models are used for.
///
/// @param id as the user names it (`coding`)
/// @param does what a model does at it
/// @param benchmarks those whose mean stands for it
public record Task(String id, String does, List<Benchmark> benchmarks) {
    /// Copies the list.
    public Task {
        benchmarks = List.copyOf(benchmarks);
    }
}
