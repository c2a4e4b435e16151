package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Rotaries;

/// Muse Glimmer: a tower with positions both learned and turned, its patches merged by a small adapter.
final class MuseFamily {
    private MuseFamily() {}

    static Family family() {
        return Family.named("muse-vision")
                .composite(MuseFamily::joined, "MuseGlimmerForConditionalGeneration")
                .architecture(MuseFamily::vision, "MuseGlimmerVisionModel")
                .backbone(MuseFamily::vision, "muse_glimmer_vision");
    }

    private static Block joined(Config config, Families families) {
        Config text = config.part("text_config");
        long projected = config.size("projector_hidden_size");
        return Joined.nested(
                config,
                families,
                config.flag("tie_word_embeddings"),
                Joined.vision(config, families, "vision_tower"),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "",
                        Joined.projection("vision_adapter.fc1", config.size("out_hidden_size"), projected, false),
                        Joined.projection("vision_adapter.fc2", projected, projected, false),
                        Joined.projection("vision_projection", projected, text.size("hidden_size"), false),
                        Norm.rms("perception_emb_norm", text.size("hidden_size"), text.number("rms_norm_eps"))
                                .untrained()));
    }

    private static Block vision(Config config) {
        long width = config.size("hidden_size");
        long patch = config.size("patch_size");
        double epsilon = config.number("layer_norm_eps");
        var heads = EncoderLayer.heads(config, width, config.count("num_attention_heads"));
        var attention = GroupedAttention.of(width, heads)
                .named("attn")
                .projections("q_proj", "k_proj", "v_proj", "proj")
                .bias(true, true)
                .span(Span.bidirectional())
                .rotary(Rotaries.axial(10_000, heads.headDim()))
                .build();
        var feedForward = FeedForwards.plain(
                "mlp", width, config.size("intermediate_size"), config.text("hidden_act"), true, "fc1", "fc2");
        return Sequence.tower(
                Tower.VISION,
                "",
                Linear.of("patch_embedder.patch_embedding", config.size("patch_temporal") * 3 * patch * patch, width),
                Embedding.positions(
                        "patch_embedder.position_embedding_table",
                        config.size("pos_emb_height") * config.size("pos_emb_width"),
                        width),
                Norm.layer("ln_pre", width, epsilon),
                Repeat.of(
                        "layers",
                        config.count("num_hidden_layers"),
                        EncoderLayer.of(
                                Norm.layer("norm1", width, 1e-5),
                                attention,
                                Norm.layer("norm2", width, 1e-5),
                                feedForward)),
                Norm.layer("ln_post", width, epsilon));
    }
}
