package dev.weighbridge.model.family.vision;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.ImagePatches;

/// CLIP (arXiv:2103.00020), MetaCLIP 2 and CLIPSeg's towers: an image and a text transformer whose pooled outputs are
/// projected into one space.
final class ClipFamily {
    private ClipFamily() {}

    static Family family() {
        return Family.named("clip")
                .architecture(ClipFamily::pair, "CLIPModel", "MetaClip2Model", "CLIPSegModel")
                .architecture(ClipFamily::text, "CLIPTextModel", "MetaClip2TextModel", "CLIPSegTextModel")
                .architecture(
                        ClipFamily::textWithProjection,
                        "CLIPTextModelWithProjection",
                        "MetaClip2TextModelWithProjection")
                .architecture(
                        ClipFamily::vision,
                        "CLIPVisionModel",
                        "MetaClip2VisionModel",
                        "CLIPSegVisionModel",
                        "ChineseCLIPVisionModel")
                .architecture(
                        ClipFamily::visionWithProjection,
                        "CLIPVisionModelWithProjection",
                        "MetaClip2VisionModelWithProjection")
                .architecture(ClipFamily::classifier, "CLIPForImageClassification", "MetaClip2ForImageClassification")
                .backbone(config -> visionTower(config, "pre_layrnorm"), "kosmos_2_vision_model")
                .backbone(ClipFamily::pair, "clip", "metaclip_2", "clipseg")
                .backbone(ClipFamily::text, "clip_text_model", "metaclip_2_text_model", "clipseg_text_model")
                .backbone(
                        ClipFamily::vision,
                        "clip_vision_model",
                        "metaclip_2_vision_model",
                        "clipseg_vision_model",
                        "chinese_clip_vision_model",
                        "git_vision_model");
    }

    private static Block pair(Config config) {
        Config text = config.part("text_config");
        Config vision = config.part("vision_config");
        return Sequence.of(
                "",
                Sequence.of("text_model", text(text)),
                Sequence.of("vision_model", vision(vision)),
                projections(config, text, vision));
    }

    /// The projections of both towers into the shared space, and the temperature of their similarity.
    static Block projections(Config config, Config text, Config vision) {
        long shared = config.size("projection_dim");
        return Sequence.tower(
                Tower.PROJECTOR,
                "",
                projection("visual_projection", vision.size("hidden_size"), shared),
                projection("text_projection", text.size("hidden_size"), shared),
                Table.of("logit_scale"));
    }

    private static Linear projection(String name, long from, long to) {
        return Linear.of(name, from, to).as(Role.PROJECTION);
    }

    static Block text(Config config) {
        return Sequence.of("text_model", textTower(config));
    }

    /// The text transformer, causal, without a name of its own.
    static Sequence textTower(Config config) {
        long width = config.size("hidden_size");
        return Sequence.of(
                "",
                Sequence.of(
                        "embeddings",
                        Embedding.of("token_embedding", config.size("vocab_size"), width),
                        Embedding.positions("position_embedding", config.size("max_position_embeddings"), width)),
                layers(config, Span.causal()),
                Norm.layer("final_layer_norm", width, config.number("layer_norm_eps")));
    }

    static Block vision(Config config) {
        return Sequence.of("vision_model", visionTower(config, "pre_layrnorm"));
    }

    /// The image transformer without a name of its own.
    static Sequence visionTower(Config config, String firstNorm) {
        long width = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps");
        var patches = ImagePatches.of(config);
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of(
                        "embeddings",
                        Table.of("class_embedding", width),
                        patches.embedding("patch_embedding", width, false),
                        Embedding.positions("position_embedding", patches.count() + 1, width)),
                Norm.layer(firstNorm, width, epsilon),
                layers(config, Span.bidirectional()),
                Norm.layer("post_layernorm", width, epsilon));
    }

    /// The layers, under `encoder.layers`.
    static Block layers(Config config, Span span) {
        return Repeat.of("encoder.layers", config.count("num_hidden_layers"), EncoderLayer.clip(config, span));
    }

    private static Block textWithProjection(Config config) {
        return Sequence.of(
                "",
                text(config),
                projection("text_projection", config.size("hidden_size"), config.size("projection_dim")));
    }

    private static Block visionWithProjection(Config config) {
        return Sequence.of(
                "",
                Sequence.of("vision_model", vision(config)),
                projection("visual_projection", config.size("hidden_size"), config.size("projection_dim")));
    }

    private static Block classifier(Config config) {
        Config vision = config.part("vision_config");
        return Sequence.of(
                "",
                Sequence.of("vision_model", vision(vision)),
                Labels.classifier(config, "classifier", vision.size("hidden_size")));
    }
}
