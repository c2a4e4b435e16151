package dev.weighbridge.files.gguf;

import dev.weighbridge.files.config.ConfigReader;
import dev.weighbridge.model.checkpoint.StoredTensor;
import dev.weighbridge.model.config.Config;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Translates the metadata of a GGUF file into the vocabulary of `config.json`, so that a family reads both alike.
///
/// [Architecture] holds the table of keys. What GGUF leaves to the tensors (vocabulary, ties, biases) is read off their
/// names and shapes; what it leaves out altogether has the default of the class, as in a `config.json`.
public final class GgufConfig {
    private final Map<String, @Nullable Object> metadata;
    private final String prefix;
    private final Map<String, StoredTensor> tensors = new HashMap<>();
    private final Set<String> kinds = new HashSet<>();
    private final Map<String, @Nullable Object> config = new LinkedHashMap<>();
    private Set<String> fields = Set.of();

    private GgufConfig(Config metadata, String architecture, List<StoredTensor> tensors) {
        this.metadata = metadata.values();
        this.prefix = architecture + ".";
        for (StoredTensor tensor : tensors) {
            this.tensors.put(tensor.name(), tensor);
            kinds.add(kind(tensor.name()));
        }
    }

    /// The configuration that the metadata and the tensors describe. Where no class is known for the
    /// architecture it has only what the metadata says, and that once more under `gguf` in its own words;
    /// for files that describe no model (adapters, projectors, parts) it is empty.
    public static Config of(Config metadata, List<StoredTensor> tensors) {
        if (!(metadata.values().get("general.architecture") instanceof String architecture)
                || !metadata.has(architecture + ".embedding_length")
                || metadata.text("general.type", "model").equals("adapter")) {
            return Config.EMPTY;
        }
        return new GgufConfig(metadata, architecture, tensors).translate(architecture);
    }

    private Config translate(String name) {
        Optional<Architecture> found = Architecture.find(name, new Architecture.Contents() {
            @Override
            public double number(String key) {
                return GgufConfig.this.number(key, 0);
            }

            @Override
            public boolean hasTensor(String tensor) {
                return kinds.contains(tensor);
            }
        });
        if (found.isEmpty()) {
            config.put("architectures", List.of(name));
            putNamed(Architecture.commonNames());
            putHeads();
            putVocabulary();
            putMetadata();
            return Config.of(config);
        }
        Architecture architecture = found.get();
        fields = ConfigReader.fields(architecture.modelType());
        config.put("model_type", architecture.modelType());
        config.put("architectures", List.of(architecture.className()));
        // several architectures of llama.cpp's may be of one class
        config.put("gguf_architecture", name);
        config.putAll(architecture.constants());
        putNamed(architecture.names());
        putHeads();
        putVocabulary();
        putFlags(architecture.flags());
        putRope(architecture.names().containsKey("rope.dimension_count"));
        putWindow();
        architecture.derivations().forEach(this::derive);
        return ConfigReader.resolve(Config.of(config));
    }

    /// What the file says in its own words, for want of a class whose words would do.
    private void putMetadata() {
        Map<String, @Nullable Object> own = new LinkedHashMap<>();
        metadata.forEach((key, value) -> {
            if (key.startsWith(prefix) && !(value instanceof Map<?, ?>)) {
                own.put(key.substring(prefix.length()), value);
            }
        });
        config.put("gguf", own);
    }

    private void putNamed(Map<String, List<String>> names) {
        names.forEach((key, candidates) -> {
            Object value = metadata.get(prefix + key);
            if (value == null || candidates.isEmpty() || value instanceof Map<?, ?>) {
                return;
            }
            String field = candidates.stream()
                    .filter(candidate -> fields.contains(candidate))
                    .findFirst()
                    .orElse(candidates.getFirst());
            config.put(field, normal(value));
        });
        long furtherLayers = (long) number("nextn_predict_layers", 0);
        if (config.get("num_hidden_layers") instanceof Long layers && furtherLayers < layers) {
            config.put("num_hidden_layers", layers - furtherLayers);
        }
    }

    /// A number as `config.json` has it: GGUF's 32 bits widened, `1e-5` is 0.000009999999747378752.
    private static Object normal(Object value) {
        return switch (value) {
            case Double number
            when (float) (double) number == number -> Double.valueOf(Float.toString(number.floatValue()));
            case List<?> list -> collapsed(list);
            default -> value;
        };
    }

    /// One number where every layer that has any has the same; zeros stand for layers without.
    private static Object collapsed(List<?> list) {
        List<Object> distinct = new ArrayList<>();
        for (Object item : list) {
            boolean isNothing = item instanceof Long number && number == 0;
            if (!isNothing && !distinct.contains(item)) {
                distinct.add(item);
            }
        }
        boolean isUniform = distinct.size() == 1 && distinct.getFirst() instanceof Long;
        return isUniform ? distinct.getFirst() : list;
    }

    private void putHeads() {
        if (fields.contains("num_key_value_heads") || fields.isEmpty()) {
            Object heads = config.get("num_attention_heads");
            if (heads != null) {
                config.putIfAbsent("num_key_value_heads", heads);
            }
        }
        long heads = largest("attention.head_count");
        long headDim = (long) number("attention.key_length", heads == 0 ? 0 : number("embedding_length", 0) / heads);
        boolean isUsual = heads > 0 && headDim * heads == (long) number("embedding_length", 0);
        if (heads > 0 && (fields.contains("head_dim") || !isUsual)) {
            config.put("head_dim", headDim);
        }
    }

    private void putVocabulary() {
        StoredTensor embedding = tensors.get("token_embd.weight");
        if (embedding != null && embedding.shape().rank() == 2) {
            config.put("vocab_size", embedding.shape().dimension(0));
        } else if (number("vocab_size", 0) > 0) {
            config.put("vocab_size", (long) number("vocab_size", 0));
        } else if (tokenCount() > 0) {
            config.put("vocab_size", tokenCount());
        }
        if (!tensors.isEmpty()) {
            config.put("tie_word_embeddings", !tensors.containsKey("output.weight"));
        }
    }

    private long tokenCount() {
        return switch (metadata.get("tokenizer.ggml.tokens")) {
            case List<?> tokens -> tokens.size();
            case Map<?, ?> elided when elided.get("elided") instanceof Long count -> count;
            case null, default -> 0;
        };
    }

    private void putFlags(Map<String, List<String>> flags) {
        if (tensors.isEmpty()) {
            return;
        }
        flags.forEach((flag, witnesses) -> {
            if (fields.contains(flag)) {
                config.put(flag, witnesses.stream().anyMatch(kinds::contains));
            }
        });
    }

    private void putRope(boolean dimensionsNamed) {
        if (fields.contains("rope_parameters")) {
            config.put("rope_theta", normal(metadata.getOrDefault(prefix + "rope.freq_base", 10_000.0)));
            if (metadata.get(prefix + "rope.freq_base_swa") instanceof Double theta) {
                config.put("rope_local_base_freq", normal(theta));
            }
        }
        double headDim = config.get("head_dim") instanceof Long dim
                ? dim
                : number("embedding_length", 0) / Math.max(1, largest("attention.head_count"));
        double rotated = number("rope.dimension_count", 0);
        if (rotated > 0
                && rotated <= headDim
                && !dimensionsNamed
                && !metadata.containsKey(prefix + "attention.kv_lora_rank")) {
            config.put("partial_rotary_factor", rotated / headDim);
        }
        String type = text("rope.scaling.type");
        if (type.isEmpty() || type.equals("none")) {
            return;
        }
        Map<String, @Nullable Object> scaling = new LinkedHashMap<>();
        scaling.put("rope_type", type);
        copy(scaling, "factor", "rope.scaling.factor");
        copy(scaling, "original_max_position_embeddings", "rope.scaling.original_context_length");
        copy(scaling, "attention_factor", "rope.scaling.attn_factor");
        copy(scaling, "beta_fast", "rope.scaling.yarn_beta_fast");
        copy(scaling, "beta_slow", "rope.scaling.yarn_beta_slow");
        double logMultiplier = number("rope.scaling.yarn_log_multiplier", 0);
        if (logMultiplier != 0) {
            // Written as a tenth of mscale_all_dim (DeepseekV2Model in llama.cpp's conversion).
            scaling.put("mscale_all_dim", Math.round(logMultiplier * 1e7) / 1e6);
        }
        config.put("rope_scaling", scaling);
    }

    private void copy(Map<String, @Nullable Object> target, String field, String key) {
        Object value = metadata.get(prefix + key);
        if (value != null) {
            target.put(field, normal(value));
        }
    }

    /// No window in the file is no window, whatever the class has by default.
    private void putWindow() {
        if (!fields.contains("sliding_window")) {
            return;
        }
        if (number("attention.sliding_window", 0) <= 0) {
            config.put("sliding_window", null);
            return;
        }
        if (fields.contains("use_sliding_window")) {
            config.put("use_sliding_window", true);
        }
        Object pattern = metadata.get(prefix + "attention.sliding_window_pattern");
        List<String> types = new ArrayList<>();
        if (pattern instanceof List<?> windowed) {
            for (Object item : windowed) {
                types.add(
                        Boolean.TRUE.equals(item) || Long.valueOf(1).equals(item)
                                ? "sliding_attention"
                                : "full_attention");
            }
        } else if (pattern instanceof Long period && period > 0) {
            for (int i = 0; i < layerCount(); i++) {
                types.add((i + 1) % period == 0 ? "full_attention" : "sliding_attention");
            }
        }
        if (!types.isEmpty()) {
            config.put("layer_types", types);
        }
    }

    private void derive(String what) {
        switch (what) {
            case "mla" -> deriveLatentAttention();
            case "limited_groups" -> {
                if (number("expert_group_count", 0) > 1) {
                    config.put("topk_method", "group_limited_greedy");
                }
            }
            case "falcon" -> deriveFalcon();
            case "multi_query" -> config.put("multi_query", number("attention.head_count_kv", 1) == 1);
            case "mpt" -> {
                config.put("expansion_ratio", (long) (number("feed_forward_length", 0) / Math.max(1, hiddenSize())));
                config.put("no_bias", !kinds.contains("attn_qkv.bias"));
            }
            case "token_types" -> {
                StoredTensor types = tensors.get("token_types.weight");
                Object counted = metadata.get("tokenizer.ggml.token_type_count");
                config.put("type_vocab_size", types != null ? types.shape().dimension(0) : counted);
            }
            case "parallel_residual" -> config.put("use_parallel_residual", !kinds.contains("ffn_norm.weight"));
            case "delta_net" -> deriveDeltaNet();
            case "per_layer_input" -> {
                StoredTensor table = tensors.get("per_layer_token_embd.weight");
                if (table != null) {
                    config.put("vocab_size_per_layer_input", table.shape().dimension(0));
                }
            }
            case "laurel" -> {
                StoredTensor left = tensors.get("blk.0.laurel_l.weight");
                if (left != null) {
                    config.put("laurel_rank", left.shape().dimension(0));
                }
            }
            case "gemma4" -> deriveGemma4();
            case "mamba" -> {
                config.put("intermediate_size", (long) number("ssm.inner_size", 0));
                config.put("time_step_rank", (long) number("ssm.time_step_rank", 0));
                config.put("expand", number("ssm.inner_size", 0) / Math.max(1, hiddenSize()));
            }
            case "mamba2" -> {
                config.put("num_heads", (long) number("ssm.time_step_rank", 0));
                config.put("head_dim", recurrentHeadDim());
                config.put("expand", number("ssm.inner_size", 0) / Math.max(1, hiddenSize()));
            }
            case "mamba2_heads" -> {
                config.put("mamba_n_heads", (long) number("ssm.time_step_rank", 0));
                config.put("mamba_d_head", recurrentHeadDim());
                config.put("mamba_expand", number("ssm.inner_size", 0) / Math.max(1, hiddenSize()));
            }
            case "mamba_layers" -> config.put("layer_types", mixers("mamba", "attention"));
            case "convolution_layers" -> {
                config.put("layer_types", mixers("conv", "full_attention"));
                config.put("block_ff_dim", config.get("intermediate_size"));
            }
            case "rope_if_finetuned" ->
                config.put(
                        "position_embedding_type",
                        Boolean.TRUE.equals(metadata.get(prefix + "rope.scaling.finetuned")) ? "rope" : "nope");
            case "no_experts" -> config.putIfAbsent("num_local_experts", 0L);
            case "nemotron_layers" -> deriveNemotronLayers();
            case "jamba" -> deriveJamba();
            case "dbrx" -> deriveDbrx();
            case "delta_layers" -> deriveDeltaLayers();
            case "windowed_heads" -> deriveWindowedHeads();
            case "indexer_types" -> deriveIndexerTypes();
            case "dense_first" -> deriveDenseFirst();
            case "t5" -> {
                boolean isGated = kinds.contains("ffn_gate.weight");
                config.put("feed_forward_proj", isGated ? "gated-gelu" : "relu");
            }
            default -> throw new IllegalStateException("the table of architectures asks for " + what);
        }
    }

    /// Files of before April 2025 have the lengths of whole heads as key and value length; later ones have those of the
    /// compressed heads there and the whole ones under keys of their own.
    private void deriveLatentAttention() {
        long rotary = (long) number("rope.dimension_count", 0);
        long key = (long) number("attention.key_length_mla", number("attention.key_length", 0));
        long value = (long) number("attention.value_length_mla", number("attention.value_length", 0));
        config.remove("head_dim");
        config.put("qk_rope_head_dim", rotary);
        config.put("qk_nope_head_dim", Math.max(0, key - rotary));
        config.put("v_head_dim", value);
        config.put("num_key_value_heads", config.get("num_attention_heads"));
        if (!metadata.containsKey(prefix + "attention.q_lora_rank")) {
            config.put("q_lora_rank", null);
        }
    }

    /// Falcon 7B shares one key head; later models have a few, and some a norm of their own for each branch.
    private void deriveFalcon() {
        long keyHeads = largest("attention.head_count_kv");
        boolean hasTwoNorms = kinds.contains("attn_norm_2.weight");
        config.put(
                "new_decoder_architecture",
                hasTwoNorms || (keyHeads > 1 && keyHeads < largest("attention.head_count")));
        config.put("num_ln_in_parallel_attn", hasTwoNorms ? 2L : 1L);
        config.put("multi_query", keyHeads == 1);
    }

    private void deriveDeltaNet() {
        config.put("linear_num_key_heads", (long) number("ssm.group_count", 0));
        config.put("linear_num_value_heads", (long) number("ssm.time_step_rank", 0));
        config.put("linear_key_head_dim", (long) number("ssm.state_size", 0));
        config.put("linear_value_head_dim", recurrentHeadDim());
    }

    /// Full and sliding layers differ in head width, in key heads, and at times lack a value projection.
    private void deriveGemma4() {
        config.put("head_dim", (long) number("attention.key_length_swa", number("attention.key_length", 0)));
        config.put("global_head_dim", (long) number("attention.key_length", 0));
        if (metadata.get(prefix + "attention.head_count_kv") instanceof List<?> heads
                && config.get("layer_types") instanceof List<?> types) {
            for (int i = 0; i < Math.min(heads.size(), types.size()); i++) {
                boolean isFull = "full_attention".equals(types.get(i));
                config.put(isFull ? "num_global_key_value_heads" : "num_key_value_heads", heads.get(i));
            }
        }
        if (metadata.get(prefix + "feed_forward_length") instanceof List<?> widths && !widths.isEmpty()) {
            config.put("use_double_wide_mlp", !widths.getFirst().equals(widths.getLast()));
            config.put("intermediate_size", widths.getFirst());
        }
        boolean lacksValues = false;
        for (int i = 0; i < layerCount(); i++) {
            lacksValues |= tensors.containsKey("blk." + i + ".attn_k.weight")
                    && !tensors.containsKey("blk." + i + ".attn_v.weight");
        }
        config.put("attention_k_eq_v", lacksValues);
        config.put("enable_moe_block", number("expert_count", 0) > 0);
    }

    /// Layers without key heads are Kimi's delta attention.
    private void deriveDeltaLayers() {
        config.put("layer_types", mixers("linear_attention", "full_attention"));
        Map<String, @Nullable Object> linear = new LinkedHashMap<>();
        linear.put("head_dim", (long) number("kda.head_dim", 128));
        linear.put("num_heads", largest("attention.head_count"));
        linear.put("short_conv_kernel_size", (long) number("ssm.conv_kernel", 4));
        config.put("linear_attn_config", linear);
    }

    /// Layers with a window and full ones differ in key heads.
    private void deriveWindowedHeads() {
        if (!(config.get("layer_types") instanceof List<?> types)) {
            return;
        }
        List<Long> heads = perLayer("attention.head_count_kv");
        for (int i = 0; i < Math.min(heads.size(), types.size()); i++) {
            boolean isFull = "full_attention".equals(types.get(i));
            config.put(isFull ? "num_key_value_heads" : "swa_num_key_value_heads", heads.get(i));
        }
    }

    /// Which layers select positions themselves, and which take those of an earlier one.
    private void deriveIndexerTypes() {
        if (metadata.get(prefix + "attention.indexer.types") instanceof List<?> own) {
            List<String> types = new ArrayList<>();
            for (Object item : own) {
                types.add(Boolean.TRUE.equals(item) || Long.valueOf(1).equals(item) ? "full" : "shared");
            }
            config.put("indexer_types", types);
        }
    }

    /// The first layers have neither experts nor an indexer (MiniMax M3).
    private void deriveDenseFirst() {
        int denseCount = (int) number("leading_dense_block_count", 0);
        List<String> mixers = new ArrayList<>();
        List<String> feedForwards = new ArrayList<>();
        for (int i = 0; i < layerCount(); i++) {
            mixers.add(i < denseCount ? "full_attention" : "minimax_m3_sparse");
            feedForwards.add(i < denseCount ? "dense" : "sparse");
        }
        config.put("layer_types", mixers);
        config.put("mlp_layer_types", feedForwards);
    }

    private void deriveNemotronLayers() {
        config.put("mamba_num_heads", (long) number("ssm.time_step_rank", 0));
        config.put("mamba_head_dim", recurrentHeadDim());
        List<Long> keyHeads = perLayer("attention.head_count_kv");
        List<Long> widths = perLayer("feed_forward_length");
        List<String> types = new ArrayList<>();
        for (int i = 0; i < layerCount(); i++) {
            boolean isSparse = tensors.containsKey("blk." + i + ".ffn_gate_inp.weight");
            boolean isDense = i < widths.size() && widths.get(i) > 0;
            boolean attends = i < keyHeads.size() && keyHeads.get(i) > 0;
            types.add(attends ? "attention" : isSparse ? "moe" : isDense ? "mlp" : "mamba");
        }
        config.put("layers_block_type", types);
        config.put("intermediate_size", largest("feed_forward_length"));
        config.put("num_key_value_heads", largest("attention.head_count_kv"));
    }

    private void deriveJamba() {
        List<Long> keyHeads = perLayer("attention.head_count_kv");
        List<Integer> attending = new ArrayList<>();
        List<Integer> sparse = new ArrayList<>();
        for (int i = 0; i < layerCount(); i++) {
            if (i < keyHeads.size() && keyHeads.get(i) > 0) {
                attending.add(i);
            }
            if (tensors.containsKey("blk." + i + ".ffn_gate_inp.weight")) {
                sparse.add(i);
            }
        }
        putPeriod("attn_layer", attending);
        if (!tensors.isEmpty()) {
            putPeriod("expert_layer", sparse);
        }
        config.put("mamba_expand", (long) (number("ssm.inner_size", 0) / Math.max(1, hiddenSize())));
        config.put("mamba_dt_rank", (long) number("ssm.time_step_rank", 0));
        config.put("num_key_value_heads", largest("attention.head_count_kv"));
    }

    private void putPeriod(String field, List<Integer> layers) {
        int layerCount = layerCount();
        int offset = layers.isEmpty() ? layerCount : layers.getFirst();
        int period = layers.size() < 2 ? layerCount + 1 : layers.get(1) - layers.getFirst();
        config.put(field + "_offset", (long) offset);
        config.put(field + "_period", (long) period);
    }

    private void deriveDbrx() {
        Map<String, @Nullable Object> experts = new LinkedHashMap<>();
        experts.put("hidden_size", hiddenSize());
        experts.put("ffn_hidden_size", (long) number("feed_forward_length", 0));
        experts.put("moe_num_experts", (long) number("expert_count", 0));
        experts.put("moe_top_k", (long) number("expert_used_count", 0));
        config.put("ffn_config", experts);
        Map<String, @Nullable Object> attention = new LinkedHashMap<>();
        attention.put("kv_n_heads", largest("attention.head_count_kv"));
        attention.put("clip_qkv", number("attention.clamp_kqv", 0));
        attention.put("rope_theta", number("rope.freq_base", 10_000));
        config.put("attn_config", attention);
    }

    private List<String> mixers(String recurrent, String attention) {
        List<Long> keyHeads = perLayer("attention.head_count_kv");
        List<String> types = new ArrayList<>();
        for (int i = 0; i < layerCount(); i++) {
            types.add(i < keyHeads.size() && keyHeads.get(i) > 0 ? attention : recurrent);
        }
        return types;
    }

    private long recurrentHeadDim() {
        return (long) (number("ssm.inner_size", 0) / Math.max(1, number("ssm.time_step_rank", 1)));
    }

    private long hiddenSize() {
        return (long) number("embedding_length", 0);
    }

    private int layerCount() {
        Object layers = config.get("num_hidden_layers");
        return layers instanceof Long count ? Math.clamp(count, 0, Config.MAX_COUNT) : 0;
    }

    private double number(String key, double fallback) {
        return switch (metadata.get(prefix + key)) {
            case Long number -> number;
            case Double number -> number;
            case Boolean flag -> flag ? 1 : 0;
            case null, default -> fallback;
        };
    }

    private String text(String key) {
        return metadata.get(prefix + key) instanceof String text ? text : "";
    }

    /// A number for every layer, whether the file has one for all or a list.
    private List<Long> perLayer(String key) {
        return switch (metadata.get(prefix + key)) {
            case Long number -> Collections.nCopies(layerCount(), number);
            case List<?> list ->
                list.stream()
                        .map(item -> item instanceof Long number ? number : 0L)
                        .toList();
            case null, default -> List.of();
        };
    }

    private long largest(String key) {
        return switch (metadata.get(prefix + key)) {
            case Long number -> number;
            case List<?> list ->
                list.stream()
                        .mapToLong(item -> item instanceof Long number ? number : 0)
                        .max()
                        .orElse(0);
            case null, default -> 0;
        };
    }

    /// A tensor's name without its layer: `attn_q.bias` for `blk.3.attn_q.bias`.
    private static String kind(String name) {
        int layer = name.startsWith("blk.") ? 0 : name.indexOf(".blk.") + 1;
        if (layer == 0 && !name.startsWith("blk.")) {
            return name;
        }
        int dot = name.indexOf('.', layer + "blk.".length());
        return dot < 0 ? name : name.substring(dot + 1);
    }
}
