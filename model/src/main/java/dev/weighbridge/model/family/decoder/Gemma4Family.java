package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Experts;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.ParameterStyle;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Gemma 4 (Google 2026): full layers have wider heads than those with a window and may use their keys as values; the
/// last layers may read the keys and values of earlier ones; the small models embed the token for every layer (as Gemma
/// 3n), the sparse one has a mixture of experts beside the feed-forward.
final class Gemma4Family {
    private static final String FULL = "full_attention";

    private Gemma4Family() {}

    static Family family() {
        return Family.named("gemma4")
                .architecture(
                        config -> Sequence.of("", Sequence.of("model", backbone(config)), GemmaFamily.head(config)),
                        "Gemma4ForCausalLM",
                        "Gemma4UnifiedForCausalLM")
                .architecture(Gemma4Family::backbone, "Gemma4TextModel", "Gemma4UnifiedTextModel")
                .backbone(Gemma4Family::backbone, "gemma4_text", "gemma4_unified_text");
    }

    private static Block backbone(Config config) {
        int layerCount = config.count("num_hidden_layers");
        LayerTypes types = LayerTypes.mixers(config, 6);
        Map<Integer, Config> own = ownSettings(config);
        List<Block> blocks = new ArrayList<>();
        blocks.add(GemmaFamily.embedding(config));
        if (hasPerLayerInputs(config)) {
            blocks.add(Gemma3nFamily.perLayerInputs(config));
        }
        blocks.add(Repeat.of("layers", layerCount, index -> {
            // the last layer is full whatever the pattern says
            String type = index == layerCount - 1 ? FULL : types.at(index);
            return layer(config, type, heads(config, own, type, index), index);
        }));
        blocks.add(norm(config, "norm"));
        return Sequence.of("", blocks);
    }

    private static boolean hasPerLayerInputs(Config config) {
        return config.size("hidden_size_per_layer_input", 0) > 0;
    }

    private static Block layer(Config config, String type, Heads heads, int index) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(Residual.of(
                norm(config, "input_layernorm"),
                attention(config, type, heads, index),
                norm(config, "post_attention_layernorm")));
        Block dense = Sequence.of("", norm(config, "pre_feedforward_layernorm"), feedForward(config, index));
        blocks.add(Residual.of(
                config.flag("enable_moe_block") ? beside(config, dense) : dense,
                norm(config, "post_feedforward_layernorm")));
        if (hasPerLayerInputs(config)) {
            blocks.add(Gemma3nFamily.perLayerBranch(config));
        }
        blocks.add(Table.buffer("layer_scalar", 1));
        return Sequence.of("", blocks);
    }

    /// Layers that share the cache have a feed-forward twice as wide where `use_double_wide_mlp` says so.
    private static Block feedForward(Config config, int index) {
        int sharedFrom = sharedFrom(config);
        boolean wide = config.flag("use_double_wide_mlp") && sharedFrom > 0 && index >= sharedFrom;
        return FeedForwards.gated(
                "mlp",
                config.size("hidden_size"),
                config.size("intermediate_size") * (wide ? 2 : 1),
                config.text("hidden_activation"),
                false);
    }

    /// The feed-forward and the mixture of experts, each with a norm after it and summed.
    private static Block beside(Config config, Block dense) {
        return Parallel.of(
                Sequence.of("", dense, norm(config, "post_feedforward_layernorm_1")),
                Sequence.of(
                        "",
                        norm(config, "pre_feedforward_layernorm_2"),
                        experts(config),
                        norm(config, "post_feedforward_layernorm_2")));
    }

    /// The router reads the residual stream itself, before any norm but its own.
    private static Experts experts(Config config) {
        long hidden = config.size("hidden_size");
        long inner = config.size("moe_intermediate_size");
        int expertCount = config.count("num_experts");
        Block expert = new FeedForward(
                "",
                hidden,
                inner,
                Activation.of(config.text("hidden_activation")),
                true,
                List.of(
                        new Part(
                                Slot.GATE_UP,
                                Linear.of("gate_up_proj", hidden, 2 * inner).named(ParameterStyle.BARE)),
                        new Part(
                                Slot.DOWN, Linear.of("down_proj", inner, hidden).named(ParameterStyle.BARE))));
        Block router = Sequence.of(
                "router",
                Norm.rms("norm", hidden, TextModel.epsilon(config)).untrained(),
                Table.of("scale", hidden),
                Linear.of("proj", hidden, expertCount),
                Table.of("per_expert_scale", expertCount));
        return MixtureOfExperts.of(expert, expertCount, config.count("top_k_experts"))
                .named("", "experts")
                .stacked()
                .with(Slot.ROUTER, router)
                .build();
    }

    private static Block attention(Config config, String type, Heads heads, int index) {
        double epsilon = TextModel.epsilon(config);
        boolean bias = config.flag("attention_bias");
        var attention = GroupedAttention.of(config.size("hidden_size"), heads)
                .bias(bias, bias)
                .span(GemmaFamily.span(config, type))
                .rotary(rotary(config, heads.headDim(), type))
                .scored(1, 0)
                .with(Slot.QUERY_NORM, Norm.rms("q_norm", heads.headDim(), epsilon));
        if (index >= sharedFrom(config)) {
            return attention.sharingCache().build();
        }
        if (!type.equals("sliding_attention") && config.flag("attention_k_eq_v")) {
            attention.keysAsValues();
        }
        return attention
                .with(Slot.KEY_NORM, Norm.rms("k_norm", heads.headDim(), epsilon))
                .with(
                        Slot.VALUE_NORM,
                        Norm.rms("v_norm", heads.headDim(), epsilon).untrained())
                .build();
    }

    /// The first layer that reads the keys and values of another.
    private static int sharedFrom(Config config) {
        return config.count("num_hidden_layers") - config.count("num_kv_shared_layers", 0);
    }

    /// `per_layer_config` by the number of the layer, which files write with leading zeros.
    private static Map<Integer, Config> ownSettings(Config config) {
        Config layers = config.partOrEmpty("per_layer_config");
        Map<Integer, Config> settings = new HashMap<>();
        for (String number : layers.names()) {
            if (!number.matches("[0-9]{1,6}")) {
                throw config.malformed("per_layer_config", "names a layer " + number + "; layers are numbers");
            }
            settings.put(Integer.valueOf(number), layers.part(number));
        }
        return settings;
    }

    /// Full layers have heads of their own: by `per_layer_config` where it is given, else by `global_head_dim` and,
    /// with
    /// keys as values, `num_global_key_value_heads`.
    private static Heads heads(Config config, Map<Integer, Config> own, String type, int index) {
        Heads shared = GroupedAttention.heads(config);
        if (config.has("per_layer_config")) {
            Config settings = own.getOrDefault(index, Config.EMPTY);
            return Heads.of(
                    shared.headCount(),
                    settings.count("num_key_value_heads", shared.kvHeadCount()),
                    settings.size("head_dim", shared.headDim()));
        }
        if (!type.equals(FULL)) {
            return shared;
        }
        int kvHeadCount = config.flag("attention_k_eq_v")
                ? config.count("num_global_key_value_heads", shared.kvHeadCount())
                : shared.kvHeadCount();
        return Heads.of(shared.headCount(), kvHeadCount, config.size("global_head_dim", 512));
    }

    /// Without settings, full layers rotate a quarter of each head by a base of a million.
    private static Rotary rotary(Config config, long headDim, String type) {
        if (config.has("rope_parameters")) {
            return Rotaries.of(config, headDim, type);
        }
        return type.equals(FULL)
                ? new Rotary(1_000_000, headDim / 4, false, Config.of(Map.of("rope_type", "proportional")))
                : Rotary.of(10_000, headDim);
    }

    private static Norm norm(Config config, String name) {
        return TextModel.norm(config, Norm.Kind.RMS, name);
    }
}
