package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Routing;
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

/// Trinity (Arcee, 2025): gated attention, windows with rotary positions in three of four layers and none in the
/// fourth,
/// norms before and after both branches, experts after a few dense layers.
final class AfmoeFamily {
    private AfmoeFamily() {}

    static Family family() {
        return TextModel.members(Family.named("afmoe"), "Afmoe", AfmoeFamily::backbone, "afmoe");
    }

    private static Block backbone(Config config) {
        long hidden = config.size("hidden_size");
        int denseCount = config.count("num_dense_layers", 1);
        LayerTypes types = LayerTypes.mixers(config, config.integer("global_attn_every_n_layers", 4));
        Block dense = FeedForwards.gated(config, false);
        Block experts = experts(config);
        double scale = config.flag("mup_enabled") ? Math.sqrt((double) hidden) : 1;
        return Sequence.of(
                "",
                Embedding.of("embed_tokens", config.size("vocab_size"), hidden).scaled(scale),
                Repeat.of(
                        "layers",
                        config.count("num_hidden_layers"),
                        index -> layer(config, types.at(index), index < denseCount ? dense : experts)),
                TextModel.norm(config, Norm.Kind.RMS, "norm"));
    }

    private static Block layer(Config config, String type, Block feedForward) {
        Norm norm = TextModel.norm(config, Norm.Kind.RMS, "input_layernorm");
        return Sequence.of(
                "",
                Residual.of(norm, attention(config, type), norm.renamed("post_attention_layernorm")),
                Residual.of(norm.renamed("pre_mlp_layernorm"), feedForward, norm.renamed("post_mlp_layernorm")));
    }

    private static Block attention(Config config, String type) {
        Heads heads = GroupedAttention.heads(config);
        boolean bias = config.flag("attention_bias");
        double epsilon = TextModel.epsilon(config);
        boolean windowed = type.equals("sliding_attention");
        return GroupedAttention.of(config)
                .bias(bias, bias)
                .span(TextModel.span(config, type))
                .rotary(windowed ? Rotaries.of(config, heads.headDim()) : Rotary.NONE)
                .normed(Norm.rms("q_norm", heads.headDim(), epsilon), Norm.rms("k_norm", heads.headDim(), epsilon))
                .with(Slot.OUTPUT_GATE, Linear.of("gate_proj", config.size("hidden_size"), heads.queryWidth()))
                .build();
    }

    private static Block experts(Config config) {
        long hidden = config.size("hidden_size");
        long inner = config.size("moe_intermediate_size");
        String activation = config.text("hidden_act");
        int count = config.count("num_experts");
        long shared = inner * config.count("num_shared_experts", 0);
        return MixtureOfExperts.of(
                        FeedForwards.gated("", hidden, inner, activation, false),
                        count,
                        config.count("num_experts_per_tok"))
                .routed(new Routing("sigmoid", true, config.number("route_scale", 1), 1, 1))
                .router("router.gate", hidden)
                .with(Slot.ROUTER_BIAS, Table.of("expert_bias", count))
                .with(Slot.SHARED_EXPERT, FeedForwards.gated("shared_experts", hidden, shared, activation, false))
                .build();
    }
}
