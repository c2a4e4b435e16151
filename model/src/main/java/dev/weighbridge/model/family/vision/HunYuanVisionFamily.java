package dev.weighbridge.model.family.vision;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
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
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.ImagePatches;

/// The vision tower of HunyuanOCR: CLIP's layers under Llama's output name, patches merged by convolutions, learned
/// vectors for
/// the begin, the end and the rows of an image.
final class HunYuanVisionFamily {
    private HunYuanVisionFamily() {}

    static Family family() {
        return Family.named("hunyuan-vision")
                .architecture(HunYuanVisionFamily::tower, "HunYuanVLVisionTransformer")
                .backbone(HunYuanVisionFamily::tower, "hunyuan_vl_vision");
    }

    private static Block tower(Config config) {
        long width = config.size("hidden_size");
        long out = config.size("text_hidden_size");
        double epsilon = config.number("rms_norm_eps");
        var patches = ImagePatches.of(config, "max_image_size");
        var attention = GroupedAttention.of(
                        width, EncoderLayer.heads(config, width, config.count("num_attention_heads")))
                .bias(true, true)
                .span(Span.bidirectional())
                .build();
        var feedForward = FeedForwards.plain(
                "mlp", width, config.size("intermediate_size"), config.text("hidden_act"), true, "fc1", "fc2");
        long side = config.size("spatial_merge_size");
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of(
                        "embeddings",
                        patches.embedding("patch_embedding", width, true),
                        Embedding.positions("position_embedding", patches.count() + 1, width)),
                Repeat.of(
                        "layers",
                        config.count("num_hidden_layers"),
                        EncoderLayer.of(
                                Norm.layer("layer_norm1", width, epsilon),
                                attention,
                                Norm.layer("layer_norm2", width, epsilon),
                                feedForward)),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "patch_merger",
                        Norm.rms("before_rms", width, epsilon),
                        Convolution.plane("proj_conv", width, 2 * width, side, true)
                                .strided(side),
                        Convolution.plane("proj_out", 2 * width, 4 * width, 1, true),
                        Table.of("image_newline", 4 * width),
                        Linear.of("mlp", 4 * width, out, true).as(Role.PROJECTION),
                        Table.of("image_begin", out),
                        Table.of("image_end", out),
                        Table.of("image_sep", out),
                        Norm.rms("after_rms", out, epsilon)));
    }
}
