package dev.weighbridge.model.blueprint;

import dev.weighbridge.model.config.Config;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The figures of a configuration that people know a model by, under one name each.
///
/// @param values name to figure; a figure that the configuration does not give is absent
public record Hyperparameters(Map<String, Long> values) {
    /// Our name, then the names that configurations use, the usual one first.
    private record Field(String name, List<String> aliases) {}

    private static final List<Field> FIELDS = List.of(
            new Field(
                    "layer_count", List.of("num_hidden_layers", "n_layer", "num_layers", "n_layers", "encoder_layers")),
            new Field("hidden_size", List.of("hidden_size", "n_embd", "d_model", "dim")),
            new Field(
                    "head_count",
                    List.of("num_attention_heads", "n_head", "num_heads", "n_heads", "encoder_attention_heads")),
            new Field(
                    "kv_head_count",
                    List.of("num_key_value_heads", "num_kv_heads", "n_head_kv", "multi_query_group_num")),
            new Field("head_dim", List.of("head_dim", "d_kv")),
            new Field(
                    "feed_forward_size",
                    List.of("intermediate_size", "ffn_hidden_size", "n_inner", "d_ff", "encoder_ffn_dim")),
            new Field(
                    "expert_count", List.of("num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts")),
            new Field("active_expert_count", List.of("num_experts_per_tok", "moe_topk", "moe_top_k", "moe_k")),
            new Field("expert_feed_forward_size", List.of("moe_intermediate_size", "expert_ffn_hidden_size")),
            new Field("vocabulary_size", List.of("vocab_size")),
            new Field(
                    "context_length",
                    List.of("max_position_embeddings", "n_positions", "max_sequence_length", "seq_length")),
            new Field("sliding_window", List.of("sliding_window", "attention_window", "local_attention")));

    /// Keeps the order.
    public Hyperparameters {
        values = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /// Reads them off a configuration; those of its language model where it nests one.
    public static Hyperparameters of(Config config) {
        Config text = config.optionalPart("text_config")
                .or(() -> config.optionalPart("llm_config"))
                .or(() -> config.optionalPart("thinker_config").flatMap(part -> part.optionalPart("text_config")))
                .orElse(config);
        Map<String, Long> values = new HashMap<>();
        for (Field field : FIELDS) {
            Long value = first(text, field.aliases());
            if (value == null) {
                value = first(config, field.aliases());
            }
            if (value != null) {
                values.put(field.name(), value);
            }
        }
        Long hidden = values.get("hidden_size");
        Long heads = values.get("head_count");
        if (hidden != null && heads != null && heads > 0) {
            values.putIfAbsent("kv_head_count", heads);
            values.putIfAbsent("head_dim", hidden / heads);
        }
        Map<String, Long> ordered = new LinkedHashMap<>();
        for (Field field : FIELDS) {
            if (values.containsKey(field.name())) {
                ordered.put(field.name(), values.get(field.name()));
            }
        }
        return new Hyperparameters(ordered);
    }

    private static @Nullable Long first(Config config, List<String> names) {
        for (String name : names) {
            if (config.values().get(name) instanceof Long number && number > 0) {
                return number;
            }
        }
        return null;
    }
}
