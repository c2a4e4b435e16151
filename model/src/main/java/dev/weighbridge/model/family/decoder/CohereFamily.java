package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;

/// Command R and Aya (Cohere): attention and feed-forward side by side behind one layer norm without shift, logits
/// scaled.
/// The second generation (arXiv:2504.00698) has three layers with a window and rotary positions to one full layer
/// without
/// positions.
final class CohereFamily {
    private CohereFamily() {}

    static Family family() {
        Family family = Family.named("cohere");
        TextModel.members(family, "Cohere", CohereFamily::cohere, CohereFamily::head, "cohere");
        return TextModel.members(family, "Cohere2", CohereFamily::cohere2, CohereFamily::head, "cohere2");
    }

    private static Block head(Config config) {
        Head head = Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size"))
                .scaled(config.number("logit_scale", 1));
        return TextModel.head(config, head, "model.embed_tokens");
    }

    private static Block cohere(Config config) {
        var attention = attention(config).rotary(rotary(config, 500_000));
        if (config.flag("use_qk_norm")) {
            var heads = GroupedAttention.heads(config);
            double epsilon = TextModel.epsilon(config);
            attention.normed(
                    Norm.layer("q_norm", heads.headDim(), epsilon, false).perHead(heads.headCount()),
                    Norm.layer("k_norm", heads.headDim(), epsilon, false).perHead(heads.kvHeadCount()));
        }
        Block layer = layer(config, attention);
        return TextModel.backbone(config, _ -> layer, norm(config, "norm"));
    }

    private static Block cohere2(Config config) {
        LayerTypes types = LayerTypes.mixers(config, config.integer("sliding_window_pattern", 4));
        return TextModel.backbone(
                config,
                types.layers(type -> {
                    boolean window = type.equals("sliding_attention");
                    return layer(
                            config,
                            attention(config)
                                    .span(TextModel.span(config, type))
                                    .rotary(window ? rotary(config, 10_000) : Rotary.NONE));
                }),
                norm(config, "norm"));
    }

    private static GroupedAttention attention(Config config) {
        boolean bias = config.flag("attention_bias");
        return GroupedAttention.of(config).bias(bias, bias);
    }

    private static Rotary rotary(Config config, double theta) {
        return Rotaries.of(config, GroupedAttention.heads(config).headDim(), "", theta, 1)
                .inPairs();
    }

    private static Block layer(Config config, GroupedAttention attention) {
        return Residual.of(
                norm(config, "input_layernorm"), Parallel.of(attention.build(), FeedForwards.gated(config, false)));
    }

    private static Norm norm(Config config, String name) {
        return Norm.layer(name, config.size("hidden_size"), TextModel.epsilon(config), false);
    }
}
