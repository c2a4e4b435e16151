package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Routing;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;

/// Phi-3.5-MoE (arXiv:2404.14219) and Phi-mini-MoE (arXiv:2506.18349): layer norms with shift, sixteen experts chosen
/// by
/// SparseMixer (arXiv:2310.00811).
final class PhimoeFamily {
    private PhimoeFamily() {}

    static Family family() {
        Family family = Family.named("phimoe");
        TextModel.members(family, "PhiMoE", PhimoeFamily::backbone, PhimoeFamily::head);
        return TextModel.members(family, "Phimoe", PhimoeFamily::backbone, PhimoeFamily::head, "phimoe");
    }

    private static Block head(Config config) {
        Head head = Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size"));
        return TextModel.head(config, config.flag("lm_head_bias") ? head.biased() : head, "model.embed_tokens");
    }

    private static Block backbone(Config config) {
        boolean bias = config.flag("attention_bias");
        long hidden = config.size("hidden_size");
        Block attention = GroupedAttention.of(config)
                .bias(bias, bias)
                .span(TextModel.window(config))
                .rotary(Rotaries.of(config, GroupedAttention.heads(config).headDim(), "", 1_000_000, 1))
                .build();
        Block expert = FeedForwards.gated(
                "", hidden, config.size("intermediate_size"), config.text("hidden_act"), false, "w1", "w3", "w2");
        Block experts = MixtureOfExperts.of(
                        expert, config.count("num_local_experts"), config.count("num_experts_per_tok"))
                .named("block_sparse_moe", "experts")
                .routed(new Routing("sparsemixer", false, 1, 1, 1))
                .router("gate", hidden)
                .build();
        Block layer = TextModel.layer(config, Norm.Kind.LAYER, attention, experts);
        return TextModel.backbone(config, _ -> layer, Norm.Kind.LAYER);
    }
}
