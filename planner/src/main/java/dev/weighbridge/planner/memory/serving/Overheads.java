package dev.weighbridge.planner.memory.serving;

import dev.weighbridge.planner.memory.parallel.Ranks;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// Memory that no formula gives: what CUDA, NCCL and graphs take beside PyTorch's own.
///
/// The rows of `vllm-overheads.csv` are read off logs; the last row whose conditions hold counts.
final class Overheads {
    private static final String TABLE = "vllm-overheads.csv";
    private static final double GIB = 1L << 30;

    /// A row: from a version on, for at least so many ranks.
    private record Row(String kind, EngineVersion since, int tensor, int pipeline, List<Double> gib) {}

    private final List<Row> rows;

    private Overheads(List<Row> rows) {
        this.rows = List.copyOf(rows);
    }

    static Overheads embedded() {
        try (InputStream table = Overheads.class.getResourceAsStream(TABLE)) {
            String text = new String(Objects.requireNonNull(table, TABLE).readAllBytes(), StandardCharsets.UTF_8);
            return new Overheads(text.lines()
                    .filter(line -> !line.startsWith("#") && !line.startsWith("kind"))
                    .map(Overheads::row)
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Row row(String line) {
        String[] cells = line.split(",", 9);
        return new Row(
                cells[0],
                EngineVersion.parse(cells[1]),
                Integer.parseInt(cells[2]),
                Integer.parseInt(cells[3]),
                Stream.of(cells).skip(4).limit(4).map(Double::valueOf).toList());
    }

    /// Bytes outside PyTorch's allocator, for each rank.
    ///
    /// @param isUnified whether the processor shares the memory, so that the engine's own process counts as
    ///     well
    long nonTorch(EngineVersion version, Ranks ranks, boolean isUnified) {
        List<Double> gib = find("non_torch", version, ranks);
        double process = isUnified ? find("process", version, ranks).getFirst() : 0;
        return Math.round((gib.get(0) + gib.get(1) * (ranks.tensor() - 1) + process) * GIB);
    }

    /// Bytes of captured graphs, for each rank.
    ///
    /// @param layers on the rank
    /// @param mixtures of these with routed experts
    /// @param hidden width of the stream
    long graphs(EngineVersion version, Ranks ranks, long layers, long mixtures, long hidden) {
        List<Double> gib = find("graphs", version, ranks);
        return Math.round(
                (gib.get(0) + gib.get(1) * layers + gib.get(2) * mixtures + gib.get(3) * hidden / 1000) * GIB);
    }

    private List<Double> find(String kind, EngineVersion version, Ranks ranks) {
        List<Double> found = List.of(0.0, 0.0, 0.0, 0.0);
        for (Row row : rows) {
            if (row.kind().equals(kind)
                    && version.compareTo(row.since()) >= 0
                    && ranks.tensor() >= row.tensor()
                    && ranks.pipeline() >= row.pipeline()) {
                found = row.gib();
            }
        }
        return found;
    }
}
