package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
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
import dev.weighbridge.model.family.component.ImagePatches;
import dev.weighbridge.model.family.component.Rotaries;

/// MiniMax M3: CLIP's layers over pairs of frames, rotary positions, patches projected first and merged after. The
/// tower's
/// feed-forward is named `block_sparse_moe`, as the reference implementation saves it.
final class MinimaxVisionFamily {
    private MinimaxVisionFamily() {}

    static Family family() {
        return Family.named("minimax-vision")
                .composite(MinimaxVisionFamily::joined, "MiniMaxM3SparseForConditionalGeneration")
                .backbone(MinimaxVisionFamily::vision, "minimax_m3_vl_vision");
    }

    private static Block joined(Config config, Families families) {
        Config vision = config.part("vision_config");
        Config text = config.part("text_config").with("model_type", "minimax_m3_vl_text");
        Config merging = vision.partOrEmpty("img_token_compression_config");
        long side = vision.size("spatial_merge_size", merging.size("spatial_merge_size", 2));
        long hidden = text.size("hidden_size");
        long inner = config.size("projector_hidden_size");
        return Joined.whole(
                config.with("text_config", text.values()),
                families,
                Joined.tiedAnywhere(config),
                Sequence.of("vision_tower.vision_model", vision(vision)),
                Joined.projector("multi_modal_projector", vision.size("hidden_size"), inner, hidden, true),
                Joined.projector(
                        "patch_merge_mlp",
                        config.size("merged_hidden_size", hidden * side * side),
                        inner,
                        hidden,
                        true));
    }

    private static Block vision(Config config) {
        long width = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps");
        Config merging = config.partOrEmpty("img_token_compression_config");
        long frames = config.size("temporal_patch_size", merging.size("temporal_patch_size", 2));
        var heads = EncoderLayer.heads(config, width, config.count("num_attention_heads"));
        var attention = GroupedAttention.of(width, heads)
                .projections("q_proj", "k_proj", "v_proj", "out_proj")
                .bias(true, true)
                .span(Span.bidirectional())
                .rotary(Rotaries.axial(10_000, heads.headDim()))
                .build();
        var feedForward = FeedForwards.plain(
                "block_sparse_moe",
                width,
                config.size("intermediate_size"),
                config.text("hidden_act"),
                true,
                "fc1",
                "fc2");
        return Sequence.tower(
                Tower.VISION,
                "",
                ImagePatches.of(config).embedding("embeddings.patch_embedding", frames, width, false),
                Norm.layer("pre_layrnorm", width, epsilon),
                Repeat.of(
                        "encoder.layers",
                        config.count("num_hidden_layers"),
                        EncoderLayer.of(
                                Norm.layer("layer_norm1", width, epsilon),
                                attention,
                                Norm.layer("layer_norm2", width, epsilon),
                                feedForward)));
    }
}
