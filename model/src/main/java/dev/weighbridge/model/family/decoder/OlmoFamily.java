package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;

/// OLMo (arXiv:2402.00838: norms without parameters), OLMo 2 (arXiv:2501.00656: norms after the branches, and one over
/// all
/// query and all key heads) and OLMo 3, which adds windows to three layers of four.
final class OlmoFamily {
    private OlmoFamily() {}

    static Family family() {
        Family family = Family.named("olmo");
        TextModel.members(family, "Olmo", OlmoFamily::olmo, "olmo");
        TextModel.members(family, "Olmo2", OlmoFamily::olmo2, "olmo2");
        return TextModel.members(family, "Olmo3", OlmoFamily::olmo3, "olmo3");
    }

    private static Block olmo(Config config) {
        var attention = attention(config)
                .rotary(config)
                .clipped(config.number("clip_qkv", 0))
                .build();
        Norm norm = Norm.layer("", config.size("hidden_size"), 1e-5).untrained();
        Block layer =
                Sequence.of("", Residual.of(norm, attention), Residual.of(norm, FeedForwards.gated(config, false)));
        return TextModel.backbone(config, _ -> layer, norm);
    }

    private static Block olmo2(Config config) {
        Block layer = layer(config, attention(config).rotary(config));
        return TextModel.backbone(config, _ -> layer, Norm.Kind.RMS);
    }

    private static Block olmo3(Config config) {
        long headDim = GroupedAttention.heads(config).headDim();
        // the older form of the settings scales the rotary positions of the full layers only
        Config local = config.with("rope_scaling", null);
        LayerTypes types = LayerTypes.mixers(config, 4);
        return TextModel.backbone(
                config,
                types.layers(type -> {
                    Config settings = type.equals("sliding_attention") ? local : config;
                    return layer(
                            config,
                            attention(config)
                                    .span(TextModel.span(config, type))
                                    .rotary(Rotaries.of(settings, headDim, type, 500_000, 1)));
                }),
                Norm.Kind.RMS);
    }

    private static GroupedAttention attention(Config config) {
        boolean bias = config.flag("attention_bias");
        return GroupedAttention.of(config).bias(bias, bias);
    }

    private static Block layer(Config config, GroupedAttention attention) {
        var heads = GroupedAttention.heads(config);
        double epsilon = TextModel.epsilon(config);
        attention.normed(
                Norm.rms("q_norm", heads.queryWidth(), epsilon), Norm.rms("k_norm", heads.keyWidth(), epsilon));
        return TextModel.postNormLayer(config, Norm.Kind.RMS, attention.build(), FeedForwards.gated(config, false));
    }
}
