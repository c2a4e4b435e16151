package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.ImagePatches;
import dev.weighbridge.model.family.component.Rotaries;

/// GLM-4.1V to 4.6V (arXiv:2507.01006) and GLM-OCR: a tower with RMS norms and gated feed-forwards, a convolution that
/// merges its patches, GLM-4 or GLM-4-MoE behind.
final class GlmVisionFamily {
    private GlmVisionFamily() {}

    static Family family() {
        return Family.named("glm-vision")
                .composite(
                        GlmVisionFamily::joined,
                        "Glm4vForConditionalGeneration",
                        "Glm4vMoeForConditionalGeneration",
                        "GlmOcrForConditionalGeneration")
                .composite(
                        GlmVisionFamily::flexible, "Glm46VForConditionalGeneration", "Glm5NextForConditionalGeneration")
                .architecture(GlmVisionFamily::vision, "Glm4vVisionModel", "Glm4vMoeVisionModel")
                .architecture(GlmVisionFamily::ocrVision, "GlmOcrVisionModel", "Glm5NextVisionModel")
                .composite(GlmVisionFamily::dense, "Glm4vTextModel")
                .composite(GlmVisionFamily::ocrText, "GlmOcrTextModel")
                .backbone(GlmVisionFamily::vision, "glm4v_vision", "glm4v_moe_vision")
                .backbone(GlmVisionFamily::ocrVision, "glm_ocr_vision", "glm5_next_vision")
                .compositeBackbone(GlmVisionFamily::dense, "glm4v_text")
                .compositeBackbone(GlmVisionFamily::ocrText, "glm_ocr_text")
                .compositeBackbone(GlmVisionFamily::mixture, "glm4v_moe_text");
    }

    private static Block joined(Config config, Families families) {
        return Joined.nested(config, families, Joined.tiedAnywhere(config), Joined.vision(config, families, "visual"));
    }

    private static Block flexible(Config config, Families families) {
        return Joined.nested(
                config, families, config.flag("tie_word_embeddings"), Joined.vision(config, families, "visual"));
    }

    /// GLM-4's layers with biases on query, key and value always.
    private static Block dense(Config config, Families families) {
        return families.backbone(
                config.with("model_type", "glm4").with("attention_bias", true).with("head_dim", null));
    }

    private static Block ocrText(Config config, Families families) {
        return families.backbone(config.with("model_type", "glm4").with("attention_bias", false));
    }

    private static Block mixture(Config config, Families families) {
        return families.backbone(config.with("model_type", "glm4_moe").with("use_qk_norm", false));
    }

    private static Sequence vision(Config config) {
        long width = config.size("hidden_size");
        var patches = ImagePatches.of(config.with("num_channels", config.size("in_channels")));
        double epsilon = config.number("rms_norm_eps");
        return Sequence.tower(
                Tower.VISION,
                "",
                patchEmbedding(config, patches, width),
                Norm.rms("post_conv_layernorm", width, epsilon),
                Embedding.positions("embeddings.position_embedding", patches.count(), width),
                Repeat.of(
                        "blocks",
                        config.count("depth"),
                        EncoderLayer.of(
                                Norm.rms("norm1", width, epsilon),
                                attention(config, width, false).buildFused("qkv"),
                                Norm.rms("norm2", width, epsilon),
                                FeedForwards.gated(
                                        "mlp",
                                        width,
                                        config.size("out_hidden_size"),
                                        config.text("hidden_act"),
                                        false))),
                Norm.rms("post_layernorm", width, epsilon),
                downsample(config, width),
                merger(config, config.size("intermediate_size")));
    }

    private static Sequence ocrVision(Config config) {
        long width = config.size("hidden_size");
        var patches = ImagePatches.of(config.with("num_channels", config.size("in_channels")));
        double epsilon = config.number("rms_norm_eps");
        boolean bias = config.flag("attention_bias");
        long headDim = width / Math.max(1, config.count("num_heads"));
        return Sequence.tower(
                Tower.VISION,
                "",
                patchEmbedding(config, patches, width),
                Repeat.of(
                        "blocks",
                        config.count("depth"),
                        EncoderLayer.of(
                                Norm.rms("norm1", width, epsilon),
                                attention(config, width, bias)
                                        .with(Slot.QUERY_NORM, Norm.rms("q_norm", headDim, epsilon))
                                        .with(Slot.KEY_NORM, Norm.rms("k_norm", headDim, epsilon))
                                        .buildFused("qkv"),
                                Norm.rms("norm2", width, epsilon),
                                FeedForwards.gated(
                                        "mlp",
                                        width,
                                        config.size("intermediate_size"),
                                        config.text("hidden_act"),
                                        bias))),
                Norm.rms("post_layernorm", width, epsilon),
                downsample(config, width),
                merger(
                        config,
                        config.size(
                                "projection_intermediate_size",
                                config.size("out_hidden_size") * config.size("in_channels"))));
    }

    private static Block patchEmbedding(Config config, ImagePatches patches, long width) {
        return patches.embedding("patch_embed.proj", config.size("temporal_patch_size"), width, true);
    }

    private static GroupedAttention attention(Config config, long width, boolean outputBias) {
        var heads = EncoderLayer.heads(config, width, config.count("num_heads"));
        return GroupedAttention.of(width, heads)
                .named("attn")
                .projections("", "", "", "proj")
                .bias(config.flag("attention_bias"), outputBias)
                .span(Span.bidirectional())
                .rotary(Rotaries.axial(10_000, heads.headDim()));
    }

    private static Block downsample(Config config, long width) {
        long side = config.size("spatial_merge_size");
        return Convolution.plane("downsample", width, config.size("out_hidden_size"), side, true)
                .strided(side)
                .as(Role.PROJECTION);
    }

    private static Block merger(Config config, long inner) {
        long out = config.size("out_hidden_size");
        return Sequence.tower(
                Tower.PROJECTOR,
                "merger",
                Linear.of("proj", out, out).as(Role.PROJECTION),
                Norm.layer("post_projection_norm", out, 1e-5),
                FeedForwards.gated("", out, inner, config.text("hidden_act"), false));
    }
}
