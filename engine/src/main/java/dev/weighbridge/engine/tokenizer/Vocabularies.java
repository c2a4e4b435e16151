package dev.weighbridge.engine.tokenizer;

import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Vocabularies turned round.
final class Vocabularies {
    /// Real vocabularies stay below a million.
    private static final int MOST = 1 << 24;

    private Vocabularies() {}

    /// A field that holds an id.
    ///
    /// @throws MalformedException if it holds something else
    static int id(Config config, String field) {
        long id = config.integer(field);
        if (id < 0 || id >= MOST) {
            throw new MalformedException("the tokenizer's id " + id + " of " + field + " is none of a vocabulary");
        }
        return (int) id;
    }

    /// A list of any length: vocabularies have more entries than anything else in a configuration.
    static List<?> list(Config config, String field) {
        return config.values().get(field) instanceof List<?> list ? list : List.of();
    }

    /// The text of every id; empty where none has it.
    static List<String> byId(Map<String, Integer> vocabulary) {
        int size =
                vocabulary.values().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
        if (size > MOST) {
            throw new MalformedException("the tokenizer has an id of " + (size - 1) + ", more than any vocabulary");
        }
        String[] texts = new String[size];
        Arrays.fill(texts, "");
        vocabulary.forEach((text, id) -> texts[id] = text);
        return List.of(texts);
    }
}
