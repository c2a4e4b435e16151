package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;

/// GLM-4 (arXiv:2406.12793): grouped queries with biases, half of each head rotated in pairs, gate and up in one
/// matrix.
/// The release of April 2025 (`glm4`) adds norms after the branches, and the vision-language models are built on it.
final class GlmFamily {
    private GlmFamily() {}

    static Family family() {
        Family family = Family.named("glm");
        TextModel.members(family, "Glm", GlmFamily::glm, "glm");
        TextModel.members(family, "Glm4", GlmFamily::glm4, "glm4");
        return family.architecture(GlmFamily::glmImage, "GlmImageTextModel")
                .backbone(GlmFamily::glmImage, "glm_image_text");
    }

    private static Block glm(Config config) {
        var attention = attention(config).build();
        Block layer = TextModel.layer(config, Norm.Kind.RMS, attention, FeedForwards.fusedGated(config));
        return TextModel.backbone(config, _ -> layer, Norm.Kind.RMS);
    }

    private static Block glm4(Config config) {
        return normedAfter(config, attention(config));
    }

    /// The language model of GLM-Image rotates halves, as its relatives do not.
    private static Block glmImage(Config config) {
        return normedAfter(
                config,
                GroupedAttention.of(config)
                        .bias(config.flag("attention_bias"), false)
                        .rotary(config));
    }

    private static Block normedAfter(Config config, GroupedAttention attention) {
        Block layer = Sequence.of(
                "",
                Residual.of(
                        norm(config, "input_layernorm"), attention.build(), norm(config, "post_self_attn_layernorm")),
                Residual.of(
                        norm(config, "post_attention_layernorm"),
                        FeedForwards.fusedGated(config),
                        norm(config, "post_mlp_layernorm")));
        return TextModel.backbone(config, _ -> layer, Norm.Kind.RMS);
    }

    private static GroupedAttention attention(Config config) {
        long headDim = GroupedAttention.heads(config).headDim();
        return GroupedAttention.of(config)
                .bias(config.flag("attention_bias"), false)
                .rotary(Rotaries.of(config, headDim, "", 10_000, 0.5).inPairs());
    }

    private static Norm norm(Config config, String name) {
        return TextModel.norm(config, Norm.Kind.RMS, name);
    }
}
