package dev.weighbridge.model.family.vision;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
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

/// Segment Anything's image encoder (arXiv:2304.02643), alone and as GOT-OCR 2.0, DeepSeek-VL and PP-FormulaNet take it
/// in:
/// ViT whose layers attend within windows but for a few, with relative positions, and a convolutional neck.
final class SamFamily {
    private static final double NECK_EPSILON = 1e-6;

    private SamFamily() {}

    static Family family() {
        return Family.named("sam")
                .architecture(
                        config -> Sequence.of("vision_encoder", encoder(config)), "SamVisionModel", "SamHQVisionModel")
                .backbone(
                        config -> Sequence.of("vision_encoder", encoder(config)),
                        "sam_vision_model",
                        "sam_hq_vision_model")
                .backbone(SamFamily::encoder, "got_ocr2_vision", "pp_formulanet_vision");
    }

    private static Sequence encoder(Config config) {
        long width = config.size("hidden_size");
        var patches = ImagePatches.of(config);
        List<Block> blocks = new ArrayList<>();
        blocks.add(patches.embedding("patch_embed.projection", width, true));
        if (config.flag("use_abs_pos", true)) {
            blocks.add(Table.positions("pos_embed", 1, patches.rows(), patches.columns(), width));
        }
        List<Long> whole = config.integers("global_attn_indexes");
        blocks.add(Repeat.of(
                "layers",
                config.count("num_hidden_layers"),
                index -> layer(config, patches, whole.contains((long) index) ? 0 : config.size("window_size"))));
        long channels = config.size("output_channels");
        blocks.add(neck("neck", width, channels));
        return new Sequence("", Tower.VISION, blocks);
    }

    private static Block layer(Config config, ImagePatches patches, long window) {
        long width = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps");
        var heads = EncoderLayer.heads(config, width, config.count("num_attention_heads"));
        var attention = GroupedAttention.of(width, heads)
                .named("attn")
                .projections("", "", "", "proj")
                .bias(config.flag("qkv_bias", true), true)
                .span(window == 0 ? Span.bidirectional() : Span.bidirectionalChunk(window * window));
        if (config.flag("use_rel_pos", true)) {
            long rows = window == 0 ? patches.rows() : window;
            long columns = window == 0 ? patches.columns() : window;
            attention
                    .with(Slot.POSITION_BIAS, Table.positions("rel_pos_h", 2 * rows - 1, heads.headDim()))
                    .with(Slot.POSITION_BIAS, Table.positions("rel_pos_w", 2 * columns - 1, heads.headDim()));
        }
        long inner = config.has("mlp_dim") ? config.size("mlp_dim") : (long) (width * config.number("mlp_ratio"));
        return EncoderLayer.of(
                Norm.layer("layer_norm1", width, epsilon),
                attention.buildFused("qkv"),
                Norm.layer("layer_norm2", width, epsilon),
                FeedForwards.plain("mlp", width, inner, config.text("hidden_act"), true, "lin1", "lin2"));
    }

    private static Block neck(String name, long width, long channels) {
        return Sequence.of(
                name,
                Convolution.plane("conv1", width, channels, 1, false),
                Norm.layer("layer_norm1", channels, NECK_EPSILON),
                Convolution.plane("conv2", channels, channels, 3, false),
                Norm.layer("layer_norm2", channels, NECK_EPSILON));
    }
}
