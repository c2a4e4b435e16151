package dev.weighbridge.planner.device.host;

import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads what a tool writes as JSON.
final class ToolJson {
    /// The field under which an array is found.
    static final String ITEMS = "items";

    private ToolJson() {}

    /// The object that a tool wrote, or an object whose [#ITEMS] are the array it wrote. Warnings that
    /// some versions print before it are stepped over.
    ///
    /// @throws MalformedException if it is neither
    @SuppressWarnings("unchecked") // a JSON object's keys are texts
    static Config read(String tool, String output) {
        int start = firstBracket(output);
        byte[] json = output.substring(start).getBytes(StandardCharsets.UTF_8);
        Object value = new JsonReader(tool, json, JsonReader.Dialect.PYTHON).value();
        return switch (value) {
            case Map<?, ?> object -> Config.of((Map<String, @Nullable Object>) object);
            case List<?> items -> Config.of(Map.of(ITEMS, items));
            case null, default -> throw new MalformedException(tool + " wrote neither an object nor an array");
        };
    }

    private static int firstBracket(String output) {
        for (int i = 0; i < output.length(); i++) {
            if (output.charAt(i) == '{' || output.charAt(i) == '[') {
                return i;
            }
        }
        return 0;
    }
}
