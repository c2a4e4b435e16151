package dev.weighbridge.model.family.vision;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.ParameterStyle;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.ImagePatches;
import java.util.List;

/// SigLIP (arXiv:2303.15343) and SigLIP 2 (arXiv:2502.14786): CLIP's towers without class token, pooled by attention.
///
/// SigLIP 2 in its flexible form flattens patches before embedding them and resizes its positions to each image.
final class SiglipFamily {
    private SiglipFamily() {}

    static Family family() {
        return Family.named("siglip")
                .architecture(SiglipFamily::pair, "SiglipModel", "Siglip2Model")
                .architecture(SiglipFamily::text, "SiglipTextModel", "Siglip2TextModel")
                .architecture(SiglipFamily::vision, "SiglipVisionModel", "Siglip2VisionModel")
                .architecture(SiglipFamily::classifier, "SiglipForImageClassification", "Siglip2ForImageClassification")
                .architecture(
                        SiglipFamily::plainTower,
                        "Idefics2VisionTransformer",
                        "Idefics3VisionTransformer",
                        "SmolVLMVisionTransformer")
                .backbone(config -> pooled(config, tower(config, positions(config), false)), "phi4_multimodal_vision")
                .backbone(SiglipFamily::plainTower, "idefics2_vision", "idefics3_vision", "smolvlm_vision")
                .backbone(SiglipFamily::pair, "siglip", "siglip2")
                .backbone(SiglipFamily::text, "siglip_text_model", "siglip2_text_model")
                .backbone(SiglipFamily::vision, "siglip_vision_model", "siglip2_vision_model");
    }

    private static Block pair(Config config) {
        return Sequence.of(
                "",
                Sequence.of("text_model", text(config.part("text_config"))),
                Sequence.of("vision_model", vision(config.part("vision_config"))),
                Table.of("logit_scale", 1),
                Table.of("logit_bias", 1));
    }

    private static Block text(Config config) {
        long width = config.size("hidden_size");
        return Sequence.of(
                "text_model",
                Sequence.of(
                        "embeddings",
                        Embedding.of("token_embedding", config.size("vocab_size"), width),
                        Embedding.positions("position_embedding", config.size("max_position_embeddings"), width)),
                ClipFamily.layers(config, Span.bidirectional()),
                Norm.layer("final_layer_norm", width, config.number("layer_norm_eps")),
                Linear.of("head", width, config.size("projection_size", width), true)
                        .as(Role.PROJECTION));
    }

    private static Block vision(Config config) {
        Sequence tower = tower(config, positions(config), config.has("num_patches"));
        return Sequence.of("vision_model", poolsByAttention(config) ? pooled(config, tower) : tower);
    }

    /// The tower alone, as other models take it in.
    private static Block plainTower(Config config) {
        return tower(config, positions(config), false);
    }

    private static boolean poolsByAttention(Config config) {
        return config.flag("vision_use_head", true);
    }

    private static long positions(Config config) {
        return config.has("num_patches")
                ? config.size("num_patches")
                : ImagePatches.of(config).count();
    }

    /// The image transformer without a name of its own, up to its last norm.
    ///
    /// @param positions learned positions
    /// @param flattened whether patches are embedded by a matrix rather than a convolution
    static Sequence tower(Config config, long positions, boolean flattened) {
        long width = config.size("hidden_size");
        var patches = ImagePatches.of(config.has("image_size") ? config : config.with("image_size", 0L));
        Block embedding = flattened
                ? Linear.of("patch_embedding", patches.pixels(), width, true)
                : patches.embedding("patch_embedding", width, true);
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of("embeddings", embedding, Embedding.positions("position_embedding", positions, width)),
                ClipFamily.layers(config, Span.bidirectional()),
                Norm.layer("post_layernorm", width, config.number("layer_norm_eps")));
    }

    /// A learned query attends to all patches, then passes a feed-forward.
    private static Sequence pooled(Config config, Sequence tower) {
        long width = config.size("hidden_size");
        Heads heads = EncoderLayer.heads(config, width, config.count("num_attention_heads"));
        List<Part> projections = List.of(
                new Part(
                        Slot.QUERY_KEY_VALUE,
                        Linear.of("in_proj", width, 3 * width, true).named(ParameterStyle.UNDERSCORE)),
                new Part(Slot.OUTPUT, Linear.of("out_proj", width, width, true)));
        return Sequence.tower(
                Tower.VISION,
                "",
                tower,
                Sequence.of(
                        "head",
                        EncoderLayer.token("probe", width),
                        Attention.of("attention", heads, Span.cross(), Rotary.NONE, projections),
                        Residual.of(
                                Norm.layer("layernorm", width, config.number("layer_norm_eps")),
                                FeedForwards.plain(
                                        "mlp",
                                        width,
                                        config.size("intermediate_size"),
                                        config.text("hidden_act"),
                                        true,
                                        "fc1",
                                        "fc2"))));
    }

    private static Block classifier(Config config) {
        Config vision = config.part("vision_config");
        return Sequence.of(
                "",
                Sequence.of("vision_model", vision(vision)),
                Labels.classifier(config, "classifier", vision.size("hidden_size")));
    }
}
