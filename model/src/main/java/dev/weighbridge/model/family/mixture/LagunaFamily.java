package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Routing;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.DenseFirst;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.QwenExperts;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;

/// Laguna (Poolside, 2026) and Mellum 2 (JetBrains, 2026): normed queries and keys, windows with rotary settings of
/// their
/// own, experts after a dense layer; Laguna's layers may differ in heads, and gate their output.
final class LagunaFamily {
    private LagunaFamily() {}

    static Family family() {
        Family family = Family.named("laguna");
        TextModel.members(family, "Laguna", LagunaFamily::laguna, "laguna");
        return TextModel.members(family, "Mellum", LagunaFamily::mellum, "mellum");
    }

    private static Block laguna(Config config) {
        LayerTypes types = LayerTypes.mixers(config, _ -> "full_attention");
        int layerCount = config.count("num_hidden_layers");
        long[] headCounts =
                config.sizes(config.firstOf("num_attention_heads_per_layer", "num_attention_heads"), layerCount);
        return DenseFirst.backbone(
                config,
                LayerTypes.feedForwards(config, 1),
                index -> gated(config.with("num_attention_heads", headCounts[index]), types.at(index)),
                experts(config));
    }

    private static Block gated(Config config, String type) {
        Heads heads = GroupedAttention.heads(config);
        Object gating = config.values().get("gating");
        boolean headwise = Boolean.TRUE.equals(gating) || "per-head".equals(gating);
        long gateSize = headwise ? heads.headCount() : heads.queryWidth();
        boolean windowed = type.equals("sliding_attention");
        Rotary rotary = Rotaries.of(config, heads.headDim(), type, windowed ? 10_000 : 500_000, windowed ? 1 : 0.5);
        return attention(config, type, rotary)
                .with(Slot.OUTPUT_GATE, Linear.of("g_proj", config.size("hidden_size"), gateSize))
                .build();
    }

    private static GroupedAttention attention(Config config, String type, Rotary rotary) {
        boolean bias = config.flag("attention_bias");
        long headDim = GroupedAttention.heads(config).headDim();
        double epsilon = TextModel.epsilon(config);
        return GroupedAttention.of(config)
                .bias(bias, bias)
                .span(TextModel.span(config, type))
                .rotary(rotary)
                .normed(Norm.rms("q_norm", headDim, epsilon), Norm.rms("k_norm", headDim, epsilon));
    }

    private static Block experts(Config config) {
        long hidden = config.size("hidden_size");
        String activation = config.text("hidden_act");
        int count = config.count("num_experts");
        return MixtureOfExperts.of(
                        FeedForwards.gated("", hidden, config.size("moe_intermediate_size"), activation, false),
                        count,
                        config.count("num_experts_per_tok"))
                .routed(new Routing("sigmoid", true, config.number("moe_routed_scaling_factor", 1), 1, 1))
                .router("gate", hidden)
                .with(Slot.ROUTER_BIAS, Table.of("experts.e_score_correction_bias", count))
                .with(
                        Slot.SHARED_EXPERT,
                        FeedForwards.gated(
                                "shared_expert",
                                hidden,
                                config.size("shared_expert_intermediate_size"),
                                activation,
                                false))
                .build();
    }

    private static Block mellum(Config config) {
        LayerTypes types = LayerTypes.mixers(config, _ -> "full_attention");
        long headDim = GroupedAttention.heads(config).headDim();
        return DenseFirst.backbone(
                config,
                LayerTypes.feedForwards(config, 0),
                index -> attention(
                                config,
                                types.at(index),
                                Rotaries.of(
                                        config,
                                        headDim,
                                        types.at(index),
                                        types.is(index, "sliding_attention") ? 10_000 : 500_000,
                                        1))
                        .build(),
                QwenExperts.routed(config, config.flag("norm_topk_prob", true)).build());
    }
}
