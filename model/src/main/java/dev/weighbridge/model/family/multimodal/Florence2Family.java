package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// Florence-2 (arXiv:2311.06242): DaViT (arXiv:2204.03645), whose blocks attend over windows and then over groups of
/// channels,
/// before BART.
final class Florence2Family {
    private static final double EPSILON = 1e-5;

    private Florence2Family() {}

    static Family family() {
        return Family.named("florence2")
                .composite(Florence2Family::joined, "Florence2ForConditionalGeneration")
                .backbone(Florence2Family::vision, "florence_vision");
    }

    private static Block joined(Config config, Families families) {
        Config text = config.part("text_config");
        Config vision = config.part("vision_config");
        Head head = Head.of("lm_head", text.size("hidden_size", text.size("d_model")), text.size("vocab_size"));
        return Sequence.of(
                "",
                Sequence.of(
                        "model",
                        Joined.vision(config, families, "vision_tower"),
                        projector(vision),
                        Sequence.tower(Tower.TEXT, "language_model", families.backbone(text))),
                TextModel.head(config, head, "model.language_model.shared"));
    }

    private static Block projector(Config vision) {
        long seen = vision.integers("embed_dim").getLast();
        long out = vision.size("projection_dim");
        long positions = vision.size("max_position_embeddings");
        return Sequence.tower(
                Tower.PROJECTOR,
                "multi_modal_projector",
                Embedding.positions("image_position_embed.row_embeddings", positions, seen / 2),
                Embedding.positions("image_position_embed.column_embeddings", positions, seen - seen / 2),
                Table.buffer("visual_temporal_embed.pos_idx_to_embed", vision.size("max_temporal_embeddings"), seen),
                Joined.projection("image_projection", seen, out, false),
                Norm.layer("image_proj_norm", out, EPSILON));
    }

    /// Stages in turn: patches are merged by a convolution, normalised before or after it, then pass the stage's
    /// blocks.
    private static Block vision(Config config) {
        List<Long> widths = config.integers("embed_dim");
        List<Integer> depths = config.counts("depths");
        List<Block> blocks = new ArrayList<>();
        for (int stage = 0; stage < widths.size(); stage++) {
            long in = stage == 0 ? config.size("in_channels") : widths.get(stage - 1);
            blocks.add(merging(config, stage, in, widths.get(stage)));
            blocks.add(Repeat.of("blocks." + stage, depths.get(stage), block(config, stage)));
        }
        return new Sequence("", Tower.VISION, blocks);
    }

    private static Block merging(Config config, int stage, long in, long out) {
        boolean first = Boolean.TRUE.equals(config.items("patch_prenorm").get(stage));
        Block convolution = Convolution.plane(
                        "conv", in, out, config.integers("patch_size").get(stage), true)
                .strided(config.integers("patch_stride").get(stage));
        Norm norm = Norm.layer("norm", first ? in : out, EPSILON);
        return first
                ? Sequence.of("convs." + stage, norm, convolution)
                : Sequence.of("convs." + stage, convolution, norm);
    }

    private static Block block(Config config, int stage) {
        long window = config.size("window_size");
        int heads = config.counts("num_heads").get(stage);
        int groups = config.counts("num_groups").get(stage);
        return Sequence.of(
                "",
                half(config, stage, "spatial_block", "window_attn", heads, Span.bidirectionalChunk(window * window)),
                half(config, stage, "channel_block", "channel_attn", groups, Span.bidirectional()));
    }

    private static Block half(Config config, int stage, String name, String attentionName, int heads, Span span) {
        long width = config.integers("embed_dim").get(stage);
        long inner = (long) (width * config.number("mlp_ratio"));
        if (heads == 0) {
            throw config.malformed("num_heads", "must not hold 0");
        }
        var attention = GroupedAttention.of(width, Heads.of(heads, heads, width / heads))
                .named(attentionName)
                .projections("", "", "", "proj")
                .bias(config.flag("qkv_bias"), true)
                .span(span)
                .buildFused("qkv");
        var feedForward =
                FeedForwards.plain("ffn", width, inner, config.text("activation_function"), true, "fc1", "fc2");
        return Sequence.of(
                name,
                Residual.of(Convolution.plane("conv1", width, width, 3, true).grouped(width)),
                Residual.of(Norm.layer("norm1", width, EPSILON), attention),
                Residual.of(Convolution.plane("conv2", width, width, 3, true).grouped(width)),
                Residual.of(Norm.layer("norm2", width, EPSILON), feedForward));
    }
}
