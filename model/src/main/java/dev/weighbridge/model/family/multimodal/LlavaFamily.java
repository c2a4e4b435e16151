package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;

/// LLaVA (arXiv:2304.08485, arXiv:2310.03744), its successors and the models built the same way: any vision tower, a
/// two-layer projector, any language model.
final class LlavaFamily {
    private LlavaFamily() {}

    static Family family() {
        return Family.named("llava")
                .composite(LlavaFamily::llava, "LlavaForConditionalGeneration", "LlavaLlamaForCausalLM")
                .composite(
                        LlavaFamily::next,
                        "LlavaNextForConditionalGeneration",
                        "LlavaNextVideoForConditionalGeneration")
                .composite(LlavaFamily::oneVision, "LlavaOnevisionForConditionalGeneration")
                .composite(LlavaFamily::vip, "VipLlavaForConditionalGeneration")
                .composite(LlavaFamily::video, "VideoLlavaForConditionalGeneration")
                .composite(LlavaFamily::mistral, "Mistral3ForConditionalGeneration")
                .composite(LlavaFamily::intern, "InternVLForConditionalGeneration")
                .composite(LlavaFamily::qianfan, "QianfanOCRForConditionalGeneration")
                .composite(LlavaFamily::fast, "FastVlmForConditionalGeneration")
                .composite(LlavaFamily::aya, "AyaVisionForConditionalGeneration");
    }

    private static Block llava(Config config, Families families) {
        return Joined.whole(
                config,
                families,
                Joined.tiedAnywhere(config),
                Joined.vision(config, families, "vision_tower"),
                projector(config));
    }

    private static Block projector(Config config) {
        long seen = config.part("vision_config").size("hidden_size");
        long hidden = config.part("text_config").size("hidden_size");
        return Joined.projector(
                "multi_modal_projector",
                seen * Joined.featureLayers(config, "vision_feature_layer"),
                hidden,
                hidden,
                config.flag("multimodal_projector_bias", true));
    }

    private static Block newline(Config config) {
        return Table.of("image_newline", config.part("text_config").size("hidden_size"));
    }

    private static Block next(Config config, Families families) {
        return Joined.whole(
                config,
                families,
                config.flag("tie_word_embeddings"),
                Joined.vision(config, families, "vision_tower"),
                projector(config),
                newline(config));
    }

    private static Block oneVision(Config config, Families families) {
        return Joined.whole(
                config,
                families,
                Joined.tiedAnywhere(config),
                Joined.vision(config, families, "vision_tower"),
                projector(config),
                newline(config));
    }

    /// ViP-LLaVA (arXiv:2312.00784) normalises several layers of the tower side by side.
    private static Block vip(Config config, Families families) {
        long seen = config.part("vision_config").size("hidden_size")
                * Joined.featureLayers(config, "vision_feature_layers");
        long hidden = config.part("text_config").size("hidden_size");
        return Joined.whole(
                config,
                families,
                config.flag("tie_word_embeddings"),
                Joined.vision(config, families, "vision_tower"),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "multi_modal_projector",
                        Norm.layer("projector_layernorm", seen, config.number("projector_layernorm_eps")),
                        Joined.projector("", seen, hidden, hidden, true)));
    }

    /// Video-LLaVA (arXiv:2311.10122) has one tower for images and one for video.
    private static Block video(Config config, Families families) {
        return Joined.whole(
                config,
                families,
                config.flag("tie_word_embeddings"),
                Joined.vision(config, families, "video_tower"),
                Joined.vision(config, families, "image_tower"),
                projector(config));
    }

    /// Mistral Small 3.1 merges neighbouring patches.
    private static Block mistral(Config config, Families families) {
        return Joined.whole(
                config,
                families,
                config.flag("tie_word_embeddings"),
                Joined.vision(config, families, "vision_tower"),
                Joined.mergingProjector(
                        config,
                        "multi_modal_projector",
                        Joined.featureLayers(config, "vision_feature_layer"),
                        config.flag("multimodal_projector_bias")));
    }

    /// Patches beside each other that become channels of one.
    private static long shuffled(Config config) {
        double ratio = config.number("downsample_ratio");
        if (ratio <= 0 || ratio > 1) {
            throw config.malformed("downsample_ratio", "must be above 0 and at most 1");
        }
        return (long) (1 / ratio);
    }

    /// InternVL 3 (arXiv:2504.10479): patches are shuffled into channels before the projector.
    private static Block intern(Config config, Families families) {
        long shuffle = shuffled(config);
        long seen = config.part("vision_config").size("hidden_size") * shuffle * shuffle;
        long hidden = config.part("text_config").size("hidden_size");
        return Joined.whole(
                config,
                families,
                config.flag("tie_word_embeddings"),
                Joined.vision(config, families, "vision_tower"),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "multi_modal_projector",
                        Norm.layer("layer_norm", seen, 1e-5),
                        Joined.projector("", seen, hidden, hidden, true)));
    }

    /// Qianfan-OCR: InternVL under the names of its first release.
    private static Block qianfan(Config config, Families families) {
        Config text = config.part("text_config");
        long shuffle = shuffled(config);
        long seen = config.part("vision_config").size("hidden_size") * shuffle * shuffle;
        long hidden = text.size("hidden_size");
        return Sequence.of(
                "",
                Joined.vision(config, families, "vision_model"),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "mlp1",
                        Norm.layer("0", seen, 1e-5),
                        Joined.projection("1", seen, hidden, true),
                        Joined.projection("3", hidden, hidden, true)),
                Sequence.tower(
                        Tower.TEXT,
                        "language_model",
                        Sequence.of("model", Joined.savedAs("encoder.layers", families.backbone(text))),
                        Joined.head(text, config.flag("tie_word_embeddings"), "model.embed_tokens")));
    }

    /// FastVLM (arXiv:2412.13303).
    private static Block fast(Config config, Families families) {
        Config vision = config.part("vision_config").with("model_type", "timm_fastvit");
        return Joined.nested(
                config,
                families,
                Joined.tiedAnywhere(config),
                Sequence.of("vision_tower", families.backbone(vision)),
                projector(config));
    }

    /// Aya Vision (arXiv:2505.08751): patches shuffled into channels, a gated projector.
    private static Block aya(Config config, Families families) {
        long factor = config.size("downsample_factor");
        long seen = config.part("vision_config").size("hidden_size") * factor * factor;
        long hidden = config.part("text_config").size("hidden_size");
        long inner = config.size("alignment_intermediate_size", hidden);
        return Joined.whole(
                config,
                families,
                config.flag("tie_word_embeddings"),
                Joined.vision(config, families, "vision_tower"),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "multi_modal_projector",
                        Norm.layer("layernorm", seen, config.number("adapter_layer_norm_eps")),
                        Joined.projection("linear_1", seen, inner, true),
                        Joined.projection("linear_2", inner / 2, hidden, true)));
    }
}
