package dev.weighbridge.files.config;

import static dev.weighbridge.files.config.ClassDefaults.object;

import dev.weighbridge.model.config.Config;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Brings older rotary settings (`rope_theta`, `rope_scaling`, `rotary_pct` …) into their present form,
/// `rope_parameters`:
/// one map, or one per layer type.
///
/// Follows `RotaryEmbeddingConfigMixin.convert_rope_params_to_dict` and `standardize_rope_params` of transformers 5.17
/// (`modeling_rope_utils.py`) and the classes that override the former.
final class RopeSettings {
    private static final double DEFAULT_THETA = 10_000;

    private final Map<String, @Nullable Object> config;
    private final Map<String, @Nullable Object> constants;
    private final Map<String, @Nullable Object> style;

    /// @param config the fields of one class, defaults included; changed by [#convert]
    /// @param constants of the class
    /// @param style the class's own way; empty for the common one
    private RopeSettings(
            Map<String, @Nullable Object> config,
            Map<String, @Nullable Object> constants,
            Map<String, @Nullable Object> style) {
        this.config = config;
        this.constants = constants;
        this.style = style;
    }

    /// Converts the settings in `config` in place.
    ///
    /// @param path of the configuration in its file, for messages
    static void convert(Map<String, @Nullable Object> config, ClassDefaults defaults, String path) {
        for (String field : List.of("rope_scaling", "rope_parameters")) {
            Object value = config.get(field);
            if (value != null && !(value instanceof Map<?, ?>)) {
                throw Config.EMPTY.malformed(path + field, "must be an object, found " + value);
            }
        }
        RopeSettings settings = new RopeSettings(config, defaults.constants(), defaults.rope());
        if (Boolean.TRUE.equals(settings.style.get("as_is"))) {
            return;
        }
        if (settings.style.get("full") instanceof String full) {
            settings.convertByLayerType(full);
        } else {
            settings.convertOne();
        }
    }

    private void convertOne() {
        Map<String, @Nullable Object> scaling = object(config.remove("rope_scaling"));
        Map<String, @Nullable Object> rope =
                new LinkedHashMap<>(scaling.isEmpty() ? object(config.get("rope_parameters")) : scaling);
        rope.putIfAbsent("rope_theta", theta());
        Object share = share();
        if (share != null) {
            rope.putIfAbsent("partial_rotary_factor", share);
            config.putIfAbsent("partial_rotary_factor", share);
        }
        Map<String, @Nullable Object> renamed = object(style.get("rename"));
        if (Boolean.TRUE.equals(style.get("early"))) {
            rename(rope, rope.getOrDefault("rope_type", rope.get("type")), renamed);
        }
        standardize(rope);
        rename(rope, rope.get("rope_type"), renamed);
        config.put("rope_parameters", rope);
    }

    private @Nullable Object theta() {
        String name = style.get("theta") instanceof String own ? own : "rope_theta";
        return config.containsKey(name) ? config.remove(name) : constants.getOrDefault("default_theta", DEFAULT_THETA);
    }

    private @Nullable Object share() {
        if (style.get("share") instanceof String own && config.containsKey(own)) {
            return config.remove(own);
        }
        return config.getOrDefault("partial_rotary_factor", style.get("default_share"));
    }

    private static void rename(
            Map<String, @Nullable Object> rope, @Nullable Object type, Map<String, @Nullable Object> renamed) {
        if (type instanceof String name && renamed.containsKey(name)) {
            rope.put("rope_type", renamed.get(name));
        }
    }

    /// The form of Gemma 3 and its like: sliding and full layers have settings of their own.
    private void convertByLayerType(String fullTheta) {
        Map<String, @Nullable Object> scaling = object(config.remove("rope_scaling"));
        Map<String, @Nullable Object> rope = new LinkedHashMap<>(object(config.get("rope_parameters")));
        Map<String, @Nullable Object> thetas = object(constants.get("default_theta"));
        Object single = constants.getOrDefault("default_theta", DEFAULT_THETA);
        String slidingTheta = style.get("sliding") instanceof String name ? name : "";
        rope.put(
                "full_attention",
                layer(rope, "full_attention", scaling, fullTheta, thetas.getOrDefault("global", single)));
        rope.put(
                "sliding_attention",
                layer(rope, "sliding_attention", scaling, slidingTheta, thetas.getOrDefault("local", single)));
        standardize(rope);
        config.put("rope_parameters", rope);
    }

    private Map<String, @Nullable Object> layer(
            Map<String, @Nullable Object> rope,
            String type,
            Map<String, @Nullable Object> scaling,
            String thetaField,
            @Nullable Object defaultTheta) {
        Map<String, @Nullable Object> layer = new LinkedHashMap<>(object(rope.get(type)));
        if (layer.isEmpty()) {
            layer.put("rope_type", "default");
        }
        if (style.get("scaled") instanceof List<?> scaled && scaled.contains(type)) {
            layer.putAll(scaling);
        }
        Object theta = config.containsKey(thetaField) ? config.remove(thetaField) : defaultTheta;
        layer.putIfAbsent("rope_theta", theta);
        return layer;
    }

    private void standardize(Map<String, @Nullable Object> rope) {
        boolean isLayered = rope.values().stream().anyMatch(value -> value instanceof Map<?, ?>);
        if (!isLayered) {
            complete(rope);
            return;
        }
        rope.replaceAll((_, value) -> {
            if (!(value instanceof Map<?, ?>)) {
                return value;
            }
            Map<String, @Nullable Object> layer = new LinkedHashMap<>(object(value));
            complete(layer);
            return layer;
        });
    }

    private void complete(Map<String, @Nullable Object> rope) {
        rope.putIfAbsent("rope_type", rope.getOrDefault("type", "default"));
        if (config.get("rope_theta") != null) {
            rope.putIfAbsent("rope_theta", config.get("rope_theta"));
        }
        Object own = constants.get("default_rope_type");
        if (own != null && "default".equals(rope.get("rope_type"))) {
            rope.put("rope_type", own);
        }
        if (rope.get("rope_type") instanceof String type
                && List.of("llama3", "yarn", "longrope").contains(type)) {
            if (config.containsKey("original_max_position_embeddings")) {
                rope.put("original_max_position_embeddings", config.get("original_max_position_embeddings"));
            } else {
                rope.putIfAbsent("original_max_position_embeddings", config.get("max_position_embeddings"));
            }
        }
    }
}
