package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.ImagePatches;

/// Janus and Janus-Pro (arXiv:2410.13848, arXiv:2501.17811): SigLIP to see, a vector-quantised codec to draw, one
/// language
/// model between.
final class JanusFamily {
    private JanusFamily() {}

    static Family family() {
        return Family.named("janus")
                .composite(JanusFamily::joined, "JanusForConditionalGeneration")
                .architecture(JanusFamily::vision, "JanusVisionModel")
                .backbone(JanusFamily::vision, "janus_vision_model");
    }

    private static Block joined(Config config, Families families) {
        Config vision = config.part("vision_config");
        Config codec = config.part("vq_config");
        long drawn = codec.size("image_token_embed_dim");
        long projected = codec.size("projection_dim");
        return Joined.nested(
                config,
                families,
                config.flag("tie_word_embeddings"),
                Joined.vision(config, families, "vision_model"),
                aligner("aligner", vision.size("hidden_size"), vision.size("projection_dim"), vision.count("depth")),
                Sequence.of("vqmodel", ImageCodec.of(codec, codec.size("embed_dim"))),
                Embedding.of("generation_embeddings", codec.size("num_embeddings"), codec.size("embed_dim")),
                aligner("generation_aligner", codec.size("embed_dim"), projected, codec.count("num_hidden_layers")),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "generation_head",
                        Joined.projection("proj_out", drawn, projected, true),
                        Linear.of("vision_head", projected, codec.size("num_embeddings"), true)
                                .as(Role.HEAD)));
    }

    private static Block aligner(String name, long in, long out, int depth) {
        return Sequence.tower(
                Tower.PROJECTOR,
                name,
                Joined.projection("fc1", in, out, true),
                Repeat.of("hidden_layers", Math.max(0, depth - 1), Joined.projection("", out, out, true)));
    }

    private static Block vision(Config config) {
        long width = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps");
        var patches = ImagePatches.of(config);
        var attention = GroupedAttention.of(
                        width, EncoderLayer.heads(config, width, config.count("num_attention_heads")))
                .projections("q_proj", "k_proj", "v_proj", "projection_layer")
                .bias(config.flag("attention_bias"), true)
                .span(Span.bidirectional());
        if (config.flag("use_qk_norm")) {
            attention.normed(Norm.layer("q_norm", width, 1e-5), Norm.layer("k_norm", width, 1e-5));
        }
        long inner = (long) (width * config.number("mlp_ratio"));
        Block layer = EncoderLayer.of(
                Norm.layer("layer_norm1", width, epsilon),
                attention.build(),
                Norm.layer("layer_norm2", width, epsilon),
                FeedForwards.plain("mlp", width, inner, config.text("hidden_act"), true, "fc1", "fc2"));
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of(
                        "embeddings",
                        patches.embedding("patch_embedding", width, true),
                        Embedding.positions("position_embedding", patches.count(), width)),
                Repeat.of("encoder.layers", config.count("num_hidden_layers"), layer),
                Norm.layer("post_layernorm", width, epsilon));
    }
}
