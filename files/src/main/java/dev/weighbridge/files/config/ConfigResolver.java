package dev.weighbridge.files.config;

import static dev.weighbridge.files.config.ClassDefaults.object;

import dev.weighbridge.files.config.ClassDefaults.Part;
import dev.weighbridge.model.config.Config;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Fills in what a configuration leaves out, as its class does when Hugging Face loads it.
///
/// Absent fields get the default of their class; a field present as null stays null. A field that a class knows by two
/// names (`n_embd` and `hidden_size` of GPT-2) can be asked for by either. Nested configurations are filled in by their
/// own
/// class, whole where the file has none. Values that a class computes from others are left to the family.
final class ConfigResolver {
    private static final List<String> ROPE_FIELDS = List.of("rope_parameters", "rope_scaling", "rope_theta");

    private ConfigResolver() {}

    /// The configuration with everything filled in that the class of its `model_type` fills in; as it is but for the
    /// parts, where no such class is known.
    static Map<String, @Nullable Object> resolve(Map<String, @Nullable Object> raw) {
        String type = raw.get("model_type") instanceof String given ? given : "";
        boolean known = ClassDefaults.find(type).isPresent();
        Map<String, @Nullable Object> config =
                resolve(raw, known ? type : typeOfArchitecture(raw).orElse(type), "");
        if (!known && !type.isEmpty()) {
            config.put("model_type", type);
        }
        return config;
    }

    private static Optional<String> typeOfArchitecture(Map<String, @Nullable Object> raw) {
        return raw.get("architectures") instanceof List<?> names && !names.isEmpty()
                ? ClassDefaults.modelTypeOf(String.valueOf(names.getFirst()))
                : Optional.empty();
    }

    private static Map<String, @Nullable Object> resolve(
            Map<String, @Nullable Object> raw, String modelType, String path) {
        Optional<ClassDefaults> defaults = ClassDefaults.find(modelType);
        if (defaults.isEmpty()) {
            return resolveUnknown(raw, path);
        }
        return new ClassConfig(raw, modelType, defaults.get(), path).resolve();
    }

    private static Map<String, @Nullable Object> resolveUnknown(Map<String, @Nullable Object> raw, String path) {
        Map<String, @Nullable Object> config = new LinkedHashMap<>(raw);
        nameDataType(config);
        config.replaceAll((name, value) -> {
            Map<String, @Nullable Object> part = object(value);
            return name.endsWith("_config") && part.get("model_type") instanceof String type
                    ? resolve(part, type, path + name + ".")
                    : value;
        });
        return config;
    }

    /// `torch_dtype` is what files of before 2025 call `dtype`.
    private static void nameDataType(Map<String, @Nullable Object> config) {
        Object type = config.get("torch_dtype");
        if (type != null && config.get("dtype") == null) {
            config.put("dtype", type);
        }
    }

    /// One class at work on one object of the file.
    ///
    /// @param raw the object as it stands
    /// @param modelType the class's key in the table
    /// @param defaults of the class
    /// @param path of the object in the file, for messages
    private record ClassConfig(
            Map<String, @Nullable Object> raw, String modelType, ClassDefaults defaults, String path) {
        Map<String, @Nullable Object> resolve() {
            Map<String, @Nullable Object> config = new LinkedHashMap<>();
            defaults.fields().forEach((name, value) -> config.put(ownName(name), value));
            putFields(config);
            config.put("model_type", modelType.replaceFirst("#.*", ""));
            if (config.get("id2label") instanceof Map<?, ?> labels) {
                config.put("num_labels", (long) labels.size());
            }
            nameDataType(config);
            defaults.switches().forEach((field, flag) -> {
                if (!Boolean.TRUE.equals(config.get(flag))) {
                    config.put(field, null);
                }
            });
            if (defaults.fields().containsKey("rope_parameters")
                    || (config.get("rope_scaling") != null && config.get("rope_theta") != null)) {
                RopeSettings.convert(config, defaults, path);
            }
            defaults.parts().forEach((name, part) -> putPart(config, name, part));
            defaults.aliases().forEach((alias, field) -> {
                if (config.containsKey(field)) {
                    config.put(alias, config.get(field));
                }
            });
            return config;
        }

        /// The class takes its own fields first and everything else, aliases among it, after them.
        private void putFields(Map<String, @Nullable Object> config) {
            raw.forEach((name, value) -> {
                if (defaults.fields().containsKey(name)) {
                    config.put(ownName(name), checked(name, value));
                }
            });
            raw.forEach((name, value) -> {
                if (!defaults.fields().containsKey(name)) {
                    config.put(ownName(name), checked(ownName(name), value));
                }
            });
        }

        private String ownName(String name) {
            return defaults.aliases().getOrDefault(name, name);
        }

        private @Nullable Object checked(String name, @Nullable Object value) {
            if (value instanceof String && defaults.fields().get(name) instanceof Number) {
                throw Config.EMPTY.malformed(path + name, "must be a number, found \"" + value + "\"");
            }
            return value;
        }

        private void putPart(Map<String, @Nullable Object> config, String name, Part part) {
            Object value = config.get(name);
            if (value instanceof Map<?, ?>) {
                Map<String, @Nullable Object> own = object(value);
                config.put(name, ConfigResolver.resolve(own, modelTypeOf(part, own), path + name + "."));
            } else if (value == null && !part.isOptional() && !part.modelType().isEmpty()) {
                Map<String, @Nullable Object> own = new LinkedHashMap<>(part.overrides());
                if (part.isFlat()) {
                    own.putAll(flatFields(part.modelType()));
                }
                config.put(name, ConfigResolver.resolve(own, part.modelType(), path + name + "."));
            }
            if (part.tiesParent()
                    && Boolean.TRUE.equals(object(config.get(name)).get("tie_word_embeddings"))) {
                config.put("tie_word_embeddings", true);
            }
        }

        private static String modelTypeOf(Part part, Map<String, @Nullable Object> own) {
            boolean choosesItself = part.isAuto() || part.modelType().isEmpty();
            if (choosesItself
                    && own.get("model_type") instanceof String type
                    && (part.modelType().isEmpty() || ClassDefaults.find(type).isPresent())) {
                return type;
            }
            return part.modelType();
        }

        private Map<String, @Nullable Object> flatFields(String partType) {
            ClassDefaults part = ClassDefaults.find(partType).orElseThrow();
            Map<String, @Nullable Object> own = new LinkedHashMap<>();
            raw.forEach((name, value) -> {
                if (part.fields().containsKey(name) || ROPE_FIELDS.contains(name)) {
                    own.put(name, value);
                }
            });
            Object type = raw.getOrDefault("torch_dtype", raw.get("dtype"));
            if (type != null) {
                own.put("dtype", type);
            }
            return own;
        }
    }
}
