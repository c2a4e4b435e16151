package dev.weighbridge.planner.validation;

import dev.weighbridge.files.gguf.GgufConfig;
import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.WeighException;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.planner.anatomy.Anatomy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The model that the hyperparameters in a log of llama.cpp describe (`print_info: n_embd = 4096` and its neighbours).
///
/// They are read as the metadata of the GGUF file that was loaded, so that the same family builds the blueprint.
final class LoggedModel {
    /// A line of the log, the metadata key that it prints, the key that the file itself was said to hold coming first.
    private static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("n_ctx_train", "context_length"),
            Map.entry("n_embd", "embedding_length"),
            Map.entry("n_layer", "block_count"),
            Map.entry("n_ff", "feed_forward_length"),
            Map.entry("n_head", "attention.head_count"),
            Map.entry("n_head_kv", "attention.head_count_kv"),
            Map.entry("n_embd_head_k", "attention.key_length"),
            Map.entry("n_embd_head_v", "attention.value_length"),
            Map.entry("n_rot", "rope.dimension_count"),
            Map.entry("n_swa", "attention.sliding_window"),
            Map.entry("n_expert", "expert_count"),
            Map.entry("n_expert_used", "expert_used_count"),
            Map.entry("n_expert_shared", "expert_shared_count"),
            Map.entry("n_ff_exp", "expert_feed_forward_length"),
            Map.entry("n_ff_shexp", "expert_shared_feed_forward_length"),
            Map.entry("n_layer_dense_lead", "leading_dense_block_count"),
            Map.entry("n_lora_q", "attention.q_lora_rank"),
            Map.entry("n_lora_kv", "attention.kv_lora_rank"),
            Map.entry("n_embd_head_k_mla", "attention.key_length_mla"),
            Map.entry("n_embd_head_v_mla", "attention.value_length_mla"),
            Map.entry("ssm_d_conv", "ssm.conv_kernel"),
            Map.entry("ssm_d_inner", "ssm.inner_size"),
            Map.entry("ssm_d_state", "ssm.state_size"),
            Map.entry("ssm_dt_rank", "ssm.time_step_rank"),
            Map.entry("ssm_n_group", "ssm.group_count"),
            Map.entry("n_vocab", "vocab_size"));

    /// What a family reads off the tensors of a file.
    private static final List<String> UNPRINTED_FLAGS = List.of("tie_word_embeddings", "attention_k_eq_v");

    private final Config printed;

    /// @param printed the hyperparameters of one log, values as texts
    LoggedModel(Config printed) {
        this.printed = printed;
    }

    /// The architecture, as `general.architecture` names it.
    String architecture() {
        return text(printed.values().get("arch"));
    }

    /// The count that the log prints, three digits of it.
    OptionalDouble parameters() {
        String[] words = text(printed.values().get("model_params")).split(" ", -1);
        if (words.length != 2) {
            return OptionalDouble.empty();
        }
        double unit = switch (words[1]) {
            case "K" -> 1e3;
            case "M" -> 1e6;
            case "B" -> 1e9;
            case "T" -> 1e12;
            default -> 0;
        };
        try {
            double count = Double.parseDouble(words[0]) * unit;
            return count > 0 ? OptionalDouble.of(count) : OptionalDouble.empty();
        } catch (NumberFormatException _) {
            return OptionalDouble.empty();
        }
    }

    /// The model, by the family of its architecture; where none knows it, by the printed figures alone.
    Optional<Anatomy> anatomy(String name, Families families) {
        Config metadata = metadata();
        Config config = GgufConfig.of(metadata, List.of());
        Stream<Config> readings = Stream.of(config);
        for (String flag : UNPRINTED_FLAGS) {
            readings = readings.flatMap(reading -> reading.has(flag) || flag.equals("tie_word_embeddings")
                    ? Stream.of(reading.with(flag, false), reading.with(flag, true))
                    : Stream.of(reading));
        }
        Stream<Blueprint> byFamily =
                readings.map(reading -> blueprint(reading, families)).flatMap(Optional::stream);
        return nearest(name, byFamily)
                .or(() -> nearest(
                        name,
                        Stream.of(false, true)
                                .map(tied -> PrintedDecoder.of(metadata, tied))
                                .flatMap(Optional::stream)));
    }

    private static Optional<Blueprint> blueprint(Config config, Families families) {
        try {
            return Optional.of(families.blueprint(config));
        } catch (WeighException | IllegalArgumentException _) {
            // a log prints only a part of what a family may ask for
            return Optional.empty();
        }
    }

    /// What no log prints the parameter count tells.
    private Optional<Anatomy> nearest(String name, Stream<Blueprint> blueprints) {
        return blueprints.map(blueprint -> Anatomy.of(name, blueprint)).min(Comparator.comparingDouble(this::distance));
    }

    private double distance(Anatomy candidate) {
        return parameters().isEmpty()
                ? 0
                : Math.abs(candidate.count().total() - parameters().getAsDouble());
    }

    /// What the loaded file's metadata held, as far as the log tells.
    Config metadata() {
        String architecture = architecture();
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        metadata.put("general.architecture", architecture);
        KEYS.forEach((line, key) ->
                put(metadata, architecture + "." + key, printed.values().get(line)));
        Config file = printed.partOrEmpty("gguf");
        file.values().forEach((key, value) -> {
            // long lists are cut short in a log
            if (!text(value).contains("...")) {
                put(metadata, architecture + "." + key, value);
                if (text(value).equals("0")) {
                    metadata.put(architecture + "." + key, 0L);
                }
            }
        });
        long pattern = whole(printed.values().get("n_swa_pattern"));
        if (pattern > 1) {
            metadata.put(architecture + ".attention.sliding_window_pattern", pattern);
        }
        putLatentLengths(metadata, architecture);
        putWindowPattern(metadata, architecture);
        return Config.of(metadata);
    }

    /// Where the file gives the lengths of compressed heads, the log still prints those of whole ones.
    private void putLatentLengths(Map<String, @Nullable Object> metadata, String architecture) {
        long rank = whole(printed.values().get("n_lora_kv"));
        long rotary = whole(printed.values().get("n_rot"));
        Object length = metadata.get(architecture + ".attention.key_length");
        long key = whole(printed.values().get("n_embd_head_k"));
        if (rank > 0 && Long.valueOf(rank + rotary).equals(length) && key != rank + rotary) {
            metadata.putIfAbsent(architecture + ".attention.key_length_mla", key);
            metadata.putIfAbsent(
                    architecture + ".attention.value_length_mla",
                    whole(printed.values().get("n_embd_head_v")));
        }
    }

    /// Where windowed and full layers differ in key heads (Gemma 4), those like the last layer are the full ones.
    private static void putWindowPattern(Map<String, @Nullable Object> metadata, String architecture) {
        String pattern = architecture + ".attention.sliding_window_pattern";
        boolean isWindowed = metadata.containsKey(architecture + ".attention.sliding_window");
        if (isWindowed
                && !metadata.containsKey(pattern)
                && metadata.get(architecture + ".attention.head_count_kv") instanceof List<?> heads
                && heads.stream().distinct().count() == 2) {
            Object full = heads.getLast();
            metadata.put(
                    pattern,
                    heads.stream().map(count -> count.equals(full) ? 0L : 1L).toList());
        }
    }

    private static void put(Map<String, @Nullable Object> metadata, String key, @Nullable Object value) {
        String text = text(value);
        if (text.startsWith("[")) {
            List<Object> items = new ArrayList<>();
            for (String item : text.substring(1, text.length() - 1).split(",", -1)) {
                items.add(whole(item));
            }
            metadata.put(key, items);
        } else if (whole(value) > 0) {
            metadata.put(key, whole(value));
        }
    }

    private static long whole(@Nullable Object value) {
        try {
            return Long.parseLong(text(value).trim());
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }
}
