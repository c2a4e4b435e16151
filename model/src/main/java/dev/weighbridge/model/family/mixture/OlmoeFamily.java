package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Routing;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;

/// OLMoE (arXiv:2409.02060) and FlexOlmo (arXiv:2507.07024), whose norms come after the branches: queries and keys are
/// normed across all heads.
final class OlmoeFamily {
    private OlmoeFamily() {}

    static Family family() {
        Family family = Family.named("olmoe");
        TextModel.members(family, "Olmoe", config -> backbone(config, 10_000, TextModel::layer), "olmoe");
        return TextModel.members(
                family, "FlexOlmo", config -> backbone(config, 500_000, TextModel::postNormLayer), "flex_olmo");
    }

    @FunctionalInterface
    private interface Layer {
        Sequence of(Config config, Norm.Kind norm, Block mixer, Block feedForward);
    }

    private static Block backbone(Config config, double theta, Layer layer) {
        Heads heads = GroupedAttention.heads(config);
        boolean bias = config.flag("attention_bias");
        double epsilon = TextModel.epsilon(config);
        Block attention = GroupedAttention.of(config)
                .bias(bias, bias)
                .rotary(Rotaries.of(config, heads.headDim(), "", theta, 1))
                .clipped(config.number("clip_qkv", 0))
                .normed(Norm.rms("q_norm", heads.queryWidth(), epsilon), Norm.rms("k_norm", heads.keyWidth(), epsilon))
                .build();
        Block experts = MixtureOfExperts.of(
                        FeedForwards.gated(
                                "",
                                config.size("hidden_size"),
                                config.size("intermediate_size"),
                                config.text("hidden_act"),
                                false),
                        config.count("num_experts"),
                        config.count("num_experts_per_tok"))
                .routed(Routing.softmax(config.flag("norm_topk_prob")))
                .router("gate", config.size("hidden_size"))
                .build();
        Block built = layer.of(config, Norm.Kind.RMS, attention, experts);
        return TextModel.backbone(config, _ -> built, Norm.Kind.RMS);
    }
}
