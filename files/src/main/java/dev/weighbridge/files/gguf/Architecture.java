package dev.weighbridge.files.gguf;

import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.model.config.Config;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which class of Hugging Face's a value of `general.architecture` stands for, and which of its fields each key sets.
///
/// @param modelType of the class
/// @param className of the class
/// @param names fields by key without its `llama.`; of several fields the first that the class has is meant
/// @param flags fields by what tensors set them, any one of the list
/// @param constants fields that every model of the architecture has alike
/// @param derivations names of the values that take more than a look-up
record Architecture(
        String modelType,
        String className,
        Map<String, List<String>> names,
        Map<String, List<String>> flags,
        Map<String, @Nullable Object> constants,
        List<String> derivations) {
    private static final String TABLE_NAME = "architectures.jsonl";
    private static final String TABLE = load();
    private static final String ANY = "*";

    /// What a file holds, as far as it chooses between classes.
    interface Contents {
        /// The number under a key, 0 where there is none; 1 for true.
        double number(String key);

        /// Whether any layer has a tensor of that name, or the model has.
        boolean hasTensor(String name);
    }

    /// The class that the architecture of that name stands for; empty where the table has none.
    static Optional<Architecture> find(String name, Contents contents) {
        Optional<Config> line = line(name);
        if (line.isEmpty()) {
            return Optional.empty();
        }
        Config base = line.get();
        Config variant = base.parts("variants").stream()
                .filter(choice -> applies(choice, contents))
                .findFirst()
                .orElse(Config.EMPTY);
        Map<String, List<String>> names = commonNames();
        names.putAll(lists(base.partOrEmpty("names")));
        names.putAll(lists(variant.partOrEmpty("names")));
        Map<String, @Nullable Object> constants =
                new LinkedHashMap<>(base.partOrEmpty("constants").values());
        constants.putAll(variant.partOrEmpty("constants").values());
        return Optional.of(new Architecture(
                variant.text("model_type", base.text("model_type")),
                variant.text("class", base.text("class")),
                names,
                lists(line(ANY).orElseThrow().part("flags")),
                constants,
                base.texts("derive")));
    }

    /// Fields by key for an architecture that the table does not have.
    static Map<String, List<String>> commonNames() {
        return lists(line(ANY).orElseThrow().part("names"));
    }

    private static boolean applies(Config choice, Contents contents) {
        if (choice.has("tensor")) {
            return contents.hasTensor(choice.text("tensor"));
        }
        double number = contents.number(choice.text("key"));
        return choice.has("equals") ? number == choice.number("equals") : number != 0;
    }

    private static Map<String, List<String>> lists(Config part) {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        for (String name : part.names()) {
            lists.put(name, part.texts(name));
        }
        return lists;
    }

    @SuppressWarnings("unchecked") // a JSON object's keys are always texts
    private static Optional<Config> line(String name) {
        int start = TABLE.indexOf("{\"architecture\":\"" + name + "\"");
        if (start < 0) {
            return Optional.empty();
        }
        byte[] line = TABLE.substring(start, TABLE.indexOf('\n', start)).getBytes(StandardCharsets.UTF_8);
        Object value = new JsonReader(TABLE_NAME, line, JsonReader.Dialect.STRICT).value();
        return value instanceof Map<?, ?> map
                ? Optional.of(Config.of((Map<String, @Nullable Object>) map))
                : Optional.empty();
    }

    private static String load() {
        try (InputStream table = Architecture.class.getResourceAsStream(TABLE_NAME)) {
            if (table == null) {
                throw new IllegalStateException("the resource " + TABLE_NAME + " is missing");
            }
            return new String(table.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
