package dev.weighbridge.planner.quality;

import dev.weighbridge.model.config.Config;
import dev.weighbridge.planner.catalogue.JsonLines;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The tasks and benchmarks that are known.
public final class Tasks {
    private static final String BENCHMARKS = "benchmarks.jsonl";
    private static final String TASKS = "tasks.jsonl";

    private final Map<String, Benchmark> benchmarks = new LinkedHashMap<>();
    private final Map<String, Task> tasks = new LinkedHashMap<>();

    private Tasks() {
        for (String line : JsonLines.read(Tasks.class, BENCHMARKS)) {
            Benchmark benchmark = benchmark(JsonLines.object(BENCHMARKS, line));
            benchmarks.put(benchmark.id(), benchmark);
        }
        for (String line : JsonLines.read(Tasks.class, TASKS)) {
            Config task = JsonLines.object(TASKS, line);
            List<Benchmark> asked =
                    task.texts("benchmarks").stream().map(this::require).toList();
            tasks.put(task.text("id"), new Task(task.text("id"), task.text("does"), asked));
        }
    }

    /// Those that Weighbridge carries.
    public static Tasks embedded() {
        return new Tasks();
    }

    /// The tasks, in order.
    public List<Task> all() {
        return List.copyOf(tasks.values());
    }

    /// The task of that name.
    ///
    /// @throws IllegalArgumentException if there is none
    public Task named(String id) {
        Task task = tasks.get(id.strip().toLowerCase(Locale.ROOT));
        if (task == null) {
            throw new IllegalArgumentException(
                    "no task is called '" + id.strip() + "'; known are " + String.join(", ", tasks.keySet()));
        }
        return task;
    }

    /// The benchmark of that identifier.
    public Optional<Benchmark> benchmark(String id) {
        return Optional.ofNullable(benchmarks.get(id));
    }

    private Benchmark require(String id) {
        return benchmark(id).orElseThrow(() -> new IllegalStateException(TASKS + ": no benchmark is called " + id));
    }

    private static Benchmark benchmark(Config line) {
        return new Benchmark(
                line.text("id"),
                line.text("title"),
                line.count("questions"),
                line.number("guess") / 100,
                line.flag("lower_is_better", false),
                line.text("source"));
    }
}
