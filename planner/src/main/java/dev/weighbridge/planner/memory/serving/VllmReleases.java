package dev.weighbridge.planner.memory.serving;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Objects;
import java.util.TreeMap;

/// Which version of vLLM was in use when, for logs that do not name one.
public final class VllmReleases {
    private static final String TABLE = "vllm-releases.csv";

    private final TreeMap<LocalDate, EngineVersion> seen = new TreeMap<>();

    private VllmReleases() {}

    /// The table that Weighbridge carries: days on which a version is seen in a log or in a change of
    /// dependencies.
    public static VllmReleases embedded() {
        VllmReleases releases = new VllmReleases();
        try (InputStream table = VllmReleases.class.getResourceAsStream(TABLE)) {
            String text = new String(Objects.requireNonNull(table, TABLE).readAllBytes(), StandardCharsets.UTF_8);
            text.lines()
                    .filter(line -> !line.startsWith("#") && !line.startsWith("version"))
                    .map(line -> line.split(",", 3))
                    .forEach(cells -> releases.seen.put(LocalDate.parse(cells[1]), EngineVersion.parse(cells[0])));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return releases;
    }

    /// The latest version seen on a day or before it; the first one known for earlier days.
    public EngineVersion on(LocalDate day) {
        var found = seen.floorEntry(day);
        return found == null ? seen.firstEntry().getValue() : found.getValue();
    }
}
