package dev.weighbridge.planner.catalogue;

import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.model.config.Config;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A table that Weighbridge carries: one JSON object a line, comments between them.
public final class JsonLines {
    private JsonLines() {}

    /// The lines of a table beside a class that hold an object.
    public static List<String> read(Class<?> beside, String table) {
        try (InputStream stream = beside.getResourceAsStream(table)) {
            String text = new String(Objects.requireNonNull(stream, table).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().filter(line -> line.startsWith("{")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// One of those lines.
    @SuppressWarnings("unchecked") // a line is an object, whose keys are texts
    public static Config object(String table, String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        Object value = new JsonReader(table, bytes, JsonReader.Dialect.STRICT).value();
        return Config.of((Map<String, @Nullable Object>) Objects.requireNonNull(value));
    }
}
