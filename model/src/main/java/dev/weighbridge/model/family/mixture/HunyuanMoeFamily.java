package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.TextModel;

/// Hunyuan-A13B (Tencent, arXiv:2507.03278): queries and keys normed after the rotary positions, softmax-chosen experts
/// beside a
/// shared feed-forward of their own width.
final class HunyuanMoeFamily {
    private HunyuanMoeFamily() {}

    static Family family() {
        return TextModel.members(
                Family.named("hunyuan-moe"), "HunYuanMoEV1", HunyuanMoeFamily::backbone, "hunyuan_v1_moe");
    }

    private static Block backbone(Config config) {
        boolean bias = config.flag("attention_bias");
        long headDim = GroupedAttention.heads(config).headDim();
        double epsilon = TextModel.epsilon(config);
        Block attention = GroupedAttention.of(config)
                .bias(bias, bias)
                .rotary(config)
                .normedRotated(
                        Norm.rms("query_layernorm", headDim, epsilon), Norm.rms("key_layernorm", headDim, epsilon))
                .build();
        return TextModel.backbone(
                config,
                index -> TextModel.layer(config, Norm.Kind.RMS, attention, experts(config, index)),
                Norm.Kind.RMS);
    }

    private static Block experts(Config config, int layer) {
        long hidden = config.size("hidden_size");
        long inner = config.size("intermediate_size");
        String activation = config.text("hidden_act");
        int count = perLayer(config, "num_experts", layer);
        return MixtureOfExperts.of(
                        FeedForwards.gated("", hidden, inner, activation, false),
                        count,
                        Math.min(count, perLayer(config, "moe_topk", layer)))
                .router("gate.wg", hidden)
                .with(Slot.SHARED_EXPERT, FeedForwards.gated("shared_mlp", hidden, inner, activation, false))
                .build();
    }

    /// A count for all layers, or a list with one for each.
    private static int perLayer(Config config, String field, int layer) {
        return Math.toIntExact(config.sizes(field, config.count("num_hidden_layers"))[layer]);
    }
}
