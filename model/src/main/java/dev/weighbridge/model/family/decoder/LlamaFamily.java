package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// Llama 1 to 3 (arXiv:2302.13971, arXiv:2407.21783) and the decoders that differ from it only in biases, windows, head
/// norms and where positions are: Emu3, Seed-OSS, ERNIE 4.5, Helium, HunYuan, Code World Model, SmolLM3.
final class LlamaFamily {
    private static final Norm.Kind NORM = Norm.Kind.RMS;

    private LlamaFamily() {}

    static List<Family> families() {
        return List.of(
                TextModel.members(Family.named("llama"), "Llama", LlamaFamily::llama, "llama"),
                Family.named("emu3")
                        .architecture(config -> TextModel.causal(config, emu3(config)), "Emu3ForCausalLM")
                        .architecture(LlamaFamily::emu3, "Emu3TextModel")
                        .backbone(LlamaFamily::emu3, "emu3_text_model"),
                TextModel.members(Family.named("seed_oss"), "SeedOss", LlamaFamily::seedOss, "seed_oss"),
                TextModel.members(Family.named("ernie4_5"), "Ernie4_5", LlamaFamily::ernie, "ernie4_5"),
                TextModel.members(Family.named("helium"), "Helium", LlamaFamily::helium, "helium"),
                TextModel.members(Family.named("hunyuan"), "HunYuanDenseV1", LlamaFamily::hunYuan, "hunyuan_v1_dense"),
                TextModel.members(Family.named("cwm"), "Cwm", LlamaFamily::codeWorldModel, "cwm"),
                TextModel.members(Family.named("smollm3"), "SmolLM3", LlamaFamily::smolLm3, "smollm3"));
    }

    private static Block llama(Config config) {
        return uniform(config, attention(config).rotary(config), config.flag("mlp_bias"));
    }

    private static Block emu3(Config config) {
        return uniform(config, attention(config).rotary(config, 1_000_000), config.flag("mlp_bias"));
    }

    private static Block seedOss(Config config) {
        var attention = GroupedAttention.of(config)
                .bias(config.flag("attention_bias"), config.flag("attention_out_bias"))
                .rotary(config);
        return uniform(config, attention, config.flag("mlp_bias"));
    }

    private static Block ernie(Config config) {
        boolean bias = config.flag("use_bias");
        long headDim = GroupedAttention.heads(config).headDim();
        var attention = GroupedAttention.of(config)
                .bias(bias, bias)
                .rotary(Rotaries.of(config, headDim, "", 500_000, 1).inPairs());
        return uniform(config, attention, bias);
    }

    /// Helium 1 (Kyutai 2025): the output projection is square whatever the heads' width.
    private static Block helium(Config config) {
        long hidden = config.size("hidden_size");
        long headDim = GroupedAttention.heads(config).headDim();
        var attention = GroupedAttention.of(config)
                .bias(config.flag("attention_bias"), false)
                .stored(linear -> linear.name().equals("o_proj") ? Linear.of("o_proj", hidden, hidden) : linear)
                .rotary(Rotaries.of(config, headDim, "", 100_000, 1).inPairs());
        return uniform(config, attention, config.flag("mlp_bias"));
    }

    /// Unlike elsewhere the norms of query and key heads come after the rotary positions.
    private static Block hunYuan(Config config) {
        long headDim = GroupedAttention.heads(config).headDim();
        double epsilon = TextModel.epsilon(config);
        var attention = attention(config)
                .rotary(config)
                .normed(Norm.rms("query_layernorm", headDim, epsilon), Norm.rms("key_layernorm", headDim, epsilon));
        return uniform(config, attention, false);
    }

    /// Code World Model (Meta 2025): one full layer, then three with a window.
    private static Block codeWorldModel(Config config) {
        LayerTypes types = LayerTypes.mixers(config, index -> index % 4 == 0 ? "full_attention" : "sliding_attention");
        return TextModel.backbone(
                config,
                types.layers(type -> layer(
                        config,
                        GroupedAttention.of(config)
                                .span(TextModel.span(config, type))
                                .rotary(config, 1_000_000),
                        config.flag("mlp_bias"))),
                NORM);
    }

    /// SmolLM3 (Hugging Face 2025): every fourth layer has no positions (arXiv:2501.18795).
    private static Block smolLm3(Config config) {
        return TextModel.backbone(
                config,
                index -> {
                    boolean rotated = isRotated(config, index);
                    var attention = attention(config).span(span(config, index, rotated));
                    return layer(
                            config, rotated ? attention.rotary(config, 2_000_000) : attention, config.flag("mlp_bias"));
                },
                NORM);
    }

    /// `no_rope_layers` holds, against its name, 1 for the layers with rotary positions.
    private static boolean isRotated(Config config, int index) {
        List<Long> rotated = config.integers("no_rope_layers");
        if (index < rotated.size()) {
            return rotated.get(index) != 0;
        }
        if (!rotated.isEmpty()) {
            throw config.malformed(
                    "no_rope_layers", "holds " + rotated.size() + " flags; layer " + index + " has none");
        }
        long interval = config.integer("no_rope_layer_interval", 4);
        if (interval == 0) {
            throw config.malformed("no_rope_layer_interval", "must not be 0");
        }
        return (index + 1) % interval != 0;
    }

    private static Span span(Config config, int index, boolean rotated) {
        if (!config.flag("use_sliding_window")) {
            return Span.causal();
        }
        return config.has("layer_types")
                ? TextModel.span(config, index)
                : rotated ? Span.causal() : TextModel.window(config);
    }

    private static GroupedAttention attention(Config config) {
        boolean bias = config.flag("attention_bias");
        return GroupedAttention.of(config).bias(bias, bias);
    }

    private static Block uniform(Config config, GroupedAttention attention, boolean feedForwardBias) {
        Block layer = layer(config, attention, feedForwardBias);
        return TextModel.backbone(config, _ -> layer, NORM);
    }

    private static Block layer(Config config, GroupedAttention attention, boolean feedForwardBias) {
        return TextModel.layer(config, NORM, attention.build(), FeedForwards.gated(config, feedForwardBias));
    }
}
