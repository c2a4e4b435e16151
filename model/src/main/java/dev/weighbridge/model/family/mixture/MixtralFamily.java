package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;

/// Mixtral (arXiv:2401.04088): Mistral's attention, eight experts of which each token meets two.
final class MixtralFamily {
    private MixtralFamily() {}

    static Family family() {
        return TextModel.members(Family.named("mixtral"), "Mixtral", MixtralFamily::backbone, "mixtral");
    }

    private static Block backbone(Config config) {
        return TextModel.backbone(config, _ -> layer(config), Norm.Kind.RMS);
    }

    private static Block layer(Config config) {
        var heads = GroupedAttention.heads(config);
        Attention attention = GroupedAttention.of(config)
                .span(TextModel.window(config))
                .rotary(Rotaries.of(config, heads.headDim()))
                .build();
        long hidden = config.size("hidden_size");
        Block expert = FeedForwards.gated(
                "", hidden, config.size("intermediate_size"), config.text("hidden_act"), false, "w1", "w3", "w2");
        Block experts = MixtureOfExperts.of(
                        expert, config.count("num_local_experts"), config.count("num_experts_per_tok"))
                .named("block_sparse_moe", "experts")
                .router("gate", hidden)
                .build();
        return TextModel.layer(config, Norm.Kind.RMS, attention, experts);
    }
}
