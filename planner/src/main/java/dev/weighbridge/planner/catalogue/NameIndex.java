package dev.weighbridge.planner.catalogue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The names of known models: as they stand, and as words for names that hold one of them.
final class NameIndex {
    private final List<List<String>> names;
    private final Map<String, Integer> exact = new HashMap<>();
    private final Map<ModelName, Integer> words = new LinkedHashMap<>();

    /// @param names those of every model, the usual one first; a model is its place in this list
    NameIndex(List<List<String>> names) {
        this.names = List.copyOf(names);
        for (int model = 0; model < names.size(); model++) {
            for (String name : names.get(model)) {
                exact.putIfAbsent(key(name), model);
                words.putIfAbsent(ModelName.of(name), model);
            }
        }
        addWithoutActive();
    }

    /// Qwen3-30B stands for Qwen3-30B-A3B where no other model could be meant.
    private void addWithoutActive() {
        Map<ModelName, Set<Integer>> shortened = new HashMap<>();
        words.forEach((name, model) -> shortened
                .computeIfAbsent(name.withoutActive(), _ -> new HashSet<>())
                .add(model));
        shortened.forEach((name, models) -> {
            if (models.size() == 1) {
                words.putIfAbsent(name, models.iterator().next());
            }
        });
    }

    /// A name in the form in which two spellings of it are equal.
    static String key(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-').replace('.', '-').replace(':', '-');
    }

    /// The usual names, in order.
    List<String> firstNames() {
        return names.stream().map(List::getFirst).toList();
    }

    /// The model of that very name.
    Optional<Integer> exactly(String name) {
        return Optional.ofNullable(exact.get(key(name)));
    }

    /// The model whose name accounts for the most words of `name`.
    Optional<Integer> within(String name) {
        ModelName wanted = ModelName.of(name);
        int most = 0;
        Integer model = null;
        for (Map.Entry<ModelName, Integer> known : words.entrySet()) {
            int held = known.getKey().words().size();
            if (held > most && wanted.holds(known.getKey())) {
                most = held;
                model = known.getValue();
            }
        }
        return Optional.ofNullable(model);
    }
}
