package dev.weighbridge.model.family.image;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
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
import java.util.List;

/// Plain vision transformers in the names of timm: ViTDet (arXiv:2203.16527), some of whose layers attend within
/// windows, and MGP-STR (arXiv:2209.03592), which reads text from an image at three granularities.
final class PlainVisionFamily {
    private static final double EPSILON = 1e-6;
    private static final long LEARNER_GROUPS = 8;

    private PlainVisionFamily() {}

    static Family family() {
        return Family.named("plain-vision")
                .architecture(PlainVisionFamily::detector, "VitDetModel", "VitDetBackbone")
                .architecture(PlainVisionFamily::reader, "MgpstrForSceneTextRecognition")
                .backbone(PlainVisionFamily::detector, "vitdet");
    }

    private static GroupedAttention attention(Config config, String name) {
        long width = config.size("hidden_size");
        return GroupedAttention.of(width, EncoderLayer.heads(config, width, config.count("num_attention_heads")))
                .named(name)
                .projections("", "", "", "proj")
                .bias(config.flag("qkv_bias", true), true)
                .span(Span.bidirectional());
    }

    private static Sequence layer(Config config, Attention attention, String activation) {
        long width = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps");
        return EncoderLayer.of(
                Norm.layer("norm1", width, epsilon),
                attention,
                Norm.layer("norm2", width, epsilon),
                FeedForwards.plain(
                        "mlp", width, (long) (width * config.number("mlp_ratio")), activation, true, "fc1", "fc2"));
    }

    private static Block detector(Config config) {
        long width = config.size("hidden_size");
        var patches = ImagePatches.of(config);
        var trained = ImagePatches.of(config, "pretrain_image_size");
        Block projection = patches.embedding("projection", width, true);
        Block embeddings = config.flag("use_absolute_position_embeddings", true)
                ? Sequence.of(
                        "embeddings", projection, Table.positions("position_embeddings", 1, trained.count() + 1, width))
                : Sequence.of("embeddings", projection);
        List<Long> windowed = config.integers("window_block_indices");
        List<Long> residual = config.integers("residual_block_indices");
        return Sequence.tower(
                Tower.VISION, "", embeddings, Repeat.of("encoder.layer", config.count("num_hidden_layers"), index -> {
                    long window = windowed.contains((long) index) ? config.size("window_size") : 0;
                    return detectorLayer(config, patches, window, residual.contains((long) index));
                }));
    }

    private static Block detectorLayer(Config config, ImagePatches patches, long window, boolean residual) {
        long width = config.size("hidden_size");
        var attention = attention(config, "attention");
        if (window > 0) {
            attention.span(Span.bidirectionalChunk(Math.multiplyExact(window, window)));
        }
        if (config.flag("use_relative_position_embeddings", false)) {
            long headDim = width / config.count("num_attention_heads");
            long rows = window == 0 ? patches.rows() : window;
            long columns = window == 0 ? patches.columns() : window;
            attention
                    .with(Slot.POSITION_BIAS, Table.positions("rel_pos_h", Math.max(0, 2 * rows - 1), headDim))
                    .with(Slot.POSITION_BIAS, Table.positions("rel_pos_w", Math.max(0, 2 * columns - 1), headDim));
        }
        Block layer = layer(config, attention.buildFused("qkv"), config.text("hidden_act"));
        return residual
                ? Sequence.of(
                        "",
                        layer,
                        Residual.of(Sequence.of(
                                "residual",
                                Convolution.plane("conv1", width, width / 2, 1, false),
                                Norm.layer("norm1", width / 2, EPSILON),
                                Convolution.plane("conv2", width / 2, width / 2, 3, false),
                                Norm.layer("norm2", width / 2, EPSILON),
                                Convolution.plane("conv3", width / 2, width, 1, false),
                                Norm.layer("norm3", width, EPSILON))))
                : layer;
    }

    private static Block reader(Config config) {
        long width = config.size("hidden_size");
        var patches = ImagePatches.of(config);
        long tokens = config.flag("distilled", false) ? 2 : 1;
        return Sequence.of(
                "",
                Sequence.tower(
                        Tower.VISION,
                        "mgp_str",
                        Sequence.of(
                                "embeddings",
                                EncoderLayer.token("cls_token", width),
                                patches.embedding("proj", width, true),
                                Table.positions("pos_embed", 1, patches.count() + tokens, width)),
                        Repeat.of(
                                "encoder.blocks",
                                config.count("num_hidden_layers"),
                                layer(config, attention(config, "attn").buildFused("qkv"), "gelu"))),
                granularity(config, "char", "num_character_labels"),
                granularity(config, "bpe", "num_bpe_labels"),
                granularity(config, "wp", "num_wordpiece_labels"));
    }

    private static Block granularity(Config config, String name, String labels) {
        long width = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps");
        return Sequence.of(
                "",
                Sequence.of(
                        name + "_a3_module",
                        Norm.layer("token_norm", width, epsilon),
                        Convolution.plane("tokenLearner.0", width, width, 1, false)
                                .grouped(LEARNER_GROUPS),
                        Convolution.plane("tokenLearner.1", width, config.size("max_token_length"), 1, false),
                        Convolution.plane("feat", width, width, 1, false).grouped(LEARNER_GROUPS),
                        Norm.layer("norm", width, epsilon)),
                Linear.of(name + "_head", width, config.size(labels), true).as(Role.HEAD));
    }
}
