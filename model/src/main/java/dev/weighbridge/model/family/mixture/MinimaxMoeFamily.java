package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Routing;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;

/// MiniMax M2 (2025): queries and keys normed across all heads, sigmoid-chosen experts in Mixtral's names.
final class MinimaxMoeFamily {
    private MinimaxMoeFamily() {}

    static Family family() {
        return TextModel.members(Family.named("minimax-moe"), "MiniMaxM2", MinimaxMoeFamily::second, "minimax_m2");
    }

    private static Block second(Config config) {
        Heads heads = GroupedAttention.heads(config);
        double epsilon = TextModel.epsilon(config);
        long hidden = config.size("hidden_size");
        double share = config.has("rotary_dim") ? (double) config.size("rotary_dim") / heads.headDim() : 1;
        Block attention = GroupedAttention.of(config)
                .rotary(Rotaries.of(config, heads.headDim(), "", 5_000_000, share))
                .normed(Norm.rms("q_norm", heads.queryWidth(), epsilon), Norm.rms("k_norm", heads.keyWidth(), epsilon))
                .build();
        Block expert = FeedForwards.gated(
                "", hidden, config.size("intermediate_size"), config.text("hidden_act"), false, "w1", "w3", "w2");
        int count = config.count("num_local_experts");
        Block experts = MixtureOfExperts.of(expert, count, config.count("num_experts_per_tok"))
                .named("block_sparse_moe", "experts")
                .routed(new Routing("sigmoid", true, 1, 1, 1))
                .router("gate", hidden)
                .with(Slot.ROUTER_BIAS, Table.buffer("e_score_correction_bias", count))
                .build();
        Block layer = TextModel.layer(config, Norm.Kind.RMS, attention, experts);
        return TextModel.backbone(config, _ -> layer, Norm.Kind.RMS);
    }
}
