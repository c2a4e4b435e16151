package dev.weighbridge.files.config;

import dev.weighbridge.files.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a configuration class has for the fields that a file leaves out, and how it spells and groups them.
///
/// The table is a text of one JSON object a line, sorted by model type; a lookup bisects it and parses one line.
///
/// @param fields defaults by field
/// @param aliases the class's own field by the other name it answers to
/// @param parts the nested configurations
/// @param constants of the class (`default_theta`)
/// @param switches fields that count as absent unless the flag they name is set
/// @param rope how the class reads older rotary settings, where that is special
record ClassDefaults(
        Map<String, @Nullable Object> fields,
        Map<String, String> aliases,
        Map<String, Part> parts,
        Map<String, @Nullable Object> constants,
        Map<String, String> switches,
        Map<String, @Nullable Object> rope) {
    private static final String TABLE_NAME = "class-defaults.jsonl";
    private static final byte[] TABLE = load();
    private static final byte[] LINE_START = "{\"model_type\":\"".getBytes(StandardCharsets.UTF_8);

    /// One nested configuration of a class.
    ///
    /// @param modelType its class, as a key of the table; empty where the parent names none
    /// @param isAuto whether a `model_type` in the part chooses its class
    /// @param isOptional whether it stays absent where a file has none
    /// @param isFlat whether older files have its fields among the parent's
    /// @param tiesParent whether its `tie_word_embeddings` also holds for the parent
    /// @param overrides what the parent gives it where a file has none
    record Part(
            String modelType,
            boolean isAuto,
            boolean isOptional,
            boolean isFlat,
            boolean tiesParent,
            Map<String, @Nullable Object> overrides) {}

    /// The defaults of a model type; empty where the table has none.
    static Optional<ClassDefaults> find(String modelType) {
        byte[] key = modelType.getBytes(StandardCharsets.UTF_8);
        int low = 0;
        int high = TABLE.length;
        while (low < high) {
            int start = lineStart((low + high) >>> 1, low);
            int end = lineEnd(start);
            int order = TABLE[start] == '#' ? -1 : compare(start + LINE_START.length, key);
            if (order == 0) {
                return Optional.of(parse(start, end));
            }
            if (order < 0) {
                low = end + 1;
            } else {
                high = start;
            }
        }
        return Optional.empty();
    }

    /// The model type whose configuration class goes with an architecture, by name: `DeepseekV3Config` with
    /// `DeepseekV3ForCausalLM`. For files with a model type of their own over a known architecture (`kimi_k2`).
    static Optional<String> modelTypeOf(String architecture) {
        int end = architecture.indexOf("For");
        String stem = end > 0 ? architecture.substring(0, end) : architecture.replaceFirst("(LMHead)?Model$", "");
        String table = new String(TABLE, StandardCharsets.UTF_8);
        int at = table.indexOf("\"class\":\"" + stem + "Config\"");
        if (stem.isEmpty() || at < 0) {
            return Optional.empty();
        }
        int type = table.lastIndexOf('\n', at) + 1 + LINE_START.length;
        return Optional.of(table.substring(type, table.indexOf('"', type)));
    }

    private static int lineStart(int position, int low) {
        int start = position;
        while (start > low && TABLE[start - 1] != '\n') {
            start--;
        }
        return start;
    }

    private static int lineEnd(int start) {
        int end = start;
        while (end < TABLE.length && TABLE[end] != '\n') {
            end++;
        }
        return end;
    }

    /// Compares the text at `start`, which a quote ends, with `key`.
    private static int compare(int start, byte[] key) {
        int end = start;
        while (TABLE[end] != '"') {
            end++;
        }
        return Arrays.compareUnsigned(TABLE, start, end, key, 0, key.length);
    }

    private static ClassDefaults parse(int start, int end) {
        JsonReader json = new JsonReader(TABLE_NAME, TABLE, start, end - start, JsonReader.Dialect.STRICT);
        Map<String, @Nullable Object> line = object(json.value());
        Map<String, Part> parts = new LinkedHashMap<>();
        object(line.get("parts")).forEach((name, part) -> parts.put(name, part(object(part))));
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("is_encoder_decoder", false);
        fields.put("num_labels", 2L);
        object(line.get("fields")).forEach((name, value) -> fields.put(name, SpecialFloats.decode(value)));
        return new ClassDefaults(
                fields,
                texts(line.get("aliases")),
                parts,
                object(line.get("class_attrs")),
                texts(line.get("switches")),
                object(line.get("rope")));
    }

    private static Map<String, String> texts(@Nullable Object value) {
        Map<String, String> texts = new LinkedHashMap<>();
        object(value).forEach((name, text) -> texts.put(name, String.valueOf(text)));
        return texts;
    }

    private static Part part(Map<String, @Nullable Object> part) {
        return new Part(
                part.get("model_type") instanceof String type ? type : "",
                Boolean.TRUE.equals(part.get("auto")),
                Boolean.TRUE.equals(part.get("absent_by_default")),
                Boolean.TRUE.equals(part.get("flat")),
                Boolean.TRUE.equals(part.get("ties_parent")),
                object(part.get("overrides")));
    }

    @SuppressWarnings("unchecked") // a JSON object's keys are always texts
    static Map<String, @Nullable Object> object(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : Map.of();
    }

    private static byte[] load() {
        try (InputStream table = ClassDefaults.class.getResourceAsStream(TABLE_NAME)) {
            if (table == null) {
                throw new IllegalStateException("the resource " + TABLE_NAME + " is missing");
            }
            return table.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
