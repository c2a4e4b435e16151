package dev.weighbridge.model.family.vision;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.ImagePatches;
import java.util.ArrayList;
import java.util.List;

/// InternViT (arXiv:2312.14238), the vision tower of InternVL and Qianfan-OCR: ViT with scaled branches, norms of
/// queries and
/// keys over all heads together, and either kind of norm.
final class InternVitFamily {
    private InternVitFamily() {}

    static Family family() {
        return Family.named("internvit")
                .architecture(config -> tower(config, "encoder.layer"), "InternVLVisionModel")
                .architecture(config -> tower(config, "layers"), "QianfanOCRVisionModel")
                .backbone(config -> tower(config, "encoder.layer"), "internvl_vision")
                .backbone(InternVitFamily::original, "qianfan_ocr_vision");
    }

    private static Block tower(Config config, String layers) {
        long width = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps");
        List<Block> blocks = new ArrayList<>();
        blocks.add(embeddings(config, width));
        blocks.add(Repeat.of(layers, config.count("num_hidden_layers"), layer(config, width, epsilon)));
        if (!config.flag("use_mean_pooling", true)) {
            blocks.add(Norm.layer("layernorm", width, epsilon));
        }
        return new Sequence("", Tower.VISION, blocks);
    }

    private static Block embeddings(Config config, long width) {
        var patches = ImagePatches.of(config);
        List<Block> embeddings = new ArrayList<>();
        embeddings.add(EncoderLayer.token("cls_token", width));
        if (config.flag("use_mask_token")) {
            embeddings.add(EncoderLayer.token("mask_token", width));
        }
        embeddings.add(patches.embedding("patch_embeddings.projection", width, true));
        if (config.flag("use_absolute_position_embeddings", true)) {
            embeddings.add(Table.positions("position_embeddings", 1, patches.count() + 1, width));
        }
        return Sequence.of("embeddings", embeddings);
    }

    private static Block layer(Config config, long width, double epsilon) {
        var heads = EncoderLayer.heads(config, width, config.count("num_attention_heads"));
        var attention = GroupedAttention.of(width, heads)
                .named("attention")
                .projections("q_proj", "k_proj", "v_proj", "projection_layer")
                .bias(config.flag("attention_bias"), true)
                .span(Span.bidirectional());
        if (config.flag("use_qk_norm")) {
            attention
                    .with(Slot.QUERY_NORM, Norm.rms("q_norm", width, 1e-6))
                    .with(Slot.KEY_NORM, Norm.rms("k_norm", width, 1e-6));
        }
        var feedForward = FeedForwards.plain(
                "mlp", width, config.size("intermediate_size"), config.text("hidden_act"), true, "fc1", "fc2");
        boolean rms = config.text("norm_type", "layer_norm").equals("rms_norm");
        return EncoderLayer.scaled(
                rms ? Norm.rms("layernorm_before", width, epsilon) : Norm.layer("layernorm_before", width, epsilon),
                attention.build(),
                "lambda_1",
                rms ? Norm.rms("layernorm_after", width, epsilon) : Norm.layer("layernorm_after", width, epsilon),
                feedForward,
                "lambda_2");
    }

    /// The same under the names of the first release: fused query, key and value, `ls1` and `ls2`.
    private static Block original(Config config) {
        long width = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps");
        var patches = ImagePatches.of(config);
        var heads = EncoderLayer.heads(config, width, config.count("num_attention_heads"));
        var attention = GroupedAttention.of(width, heads)
                .named("attn")
                .projections("", "", "", "proj")
                .bias(config.flag("attention_bias"), true)
                .span(Span.bidirectional());
        if (config.flag("use_qk_norm")) {
            attention
                    .with(Slot.QUERY_NORM, Norm.rms("q_norm", width, 1e-6))
                    .with(Slot.KEY_NORM, Norm.rms("k_norm", width, 1e-6));
        }
        boolean rms = config.text("norm_type", "layer_norm").equals("rms_norm");
        Block layer = EncoderLayer.scaled(
                rms ? Norm.rms("norm1", width, epsilon) : Norm.layer("norm1", width, epsilon),
                attention.buildFused("qkv"),
                "ls1",
                rms ? Norm.rms("norm2", width, epsilon) : Norm.layer("norm2", width, epsilon),
                FeedForwards.plain(
                        "mlp", width, config.size("intermediate_size"), config.text("hidden_act"), true, "fc1", "fc2"),
                "ls2");
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of(
                        "embeddings",
                        EncoderLayer.token("class_embedding", width),
                        patches.embedding("patch_embedding", width, true),
                        Table.positions("position_embedding", 1, patches.count() + 1, width)),
                Repeat.of("encoder.layers", config.count("num_hidden_layers"), layer));
    }
}
