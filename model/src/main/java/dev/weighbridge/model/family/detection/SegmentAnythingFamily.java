package dev.weighbridge.model.family.detection;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Channels;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import java.util.ArrayList;
import java.util.List;

/// Segment Anything (arXiv:2304.02643) and its second version for images (arXiv:2408.00714): an image encoder, prompts
/// as tokens, and a small decoder whose tokens and map attend to each other. The second reads a Hiera
/// (arXiv:2306.00989) whose windows are laid out in the plane.
final class SegmentAnythingFamily {
    private static final double EPSILON = 1e-6;

    private SegmentAnythingFamily() {}

    static Family family() {
        return Family.named("segment-anything")
                .composite((config, families) -> model(config, families, Version.FIRST), "SamModel")
                .composite((config, families) -> model(config, families, Version.HIGH_QUALITY), "SamHQModel")
                .composite((config, families) -> model(config, families, Version.SECOND), "Sam2Model")
                .architecture(SegmentAnythingFamily::hiera, "Sam2HieraDetModel")
                .composite(SegmentAnythingFamily::second, "Sam2VisionModel")
                .compositeBackbone(SegmentAnythingFamily::second, "sam2_vision_model")
                .backbone(SegmentAnythingFamily::hiera, "sam2_hiera_det_model");
    }

    private enum Version {
        FIRST,
        /// SAM-HQ (arXiv:2306.01567): one more token, and features of early and late layers for its mask.
        HIGH_QUALITY,
        SECOND
    }

    private static Block model(Config config, Families families, Version version) {
        Config prompt = config.part("prompt_encoder_config");
        Config vision = config.part("vision_config");
        long half = prompt.size("hidden_size") / 2;
        Block encoder = version == Version.SECOND
                ? Sequence.of("vision_encoder", families.backbone(vision))
                : families.backbone(vision);
        String shared = "shared_image_embedding.positional_embedding";
        List<Block> blocks = new ArrayList<>();
        // random frequencies: parameters of the first version, buffers of the second
        blocks.add(version == Version.SECOND ? Table.buffer(shared, 2, half) : Table.of(shared, 2, half));
        blocks.add(encoder);
        blocks.add(Sequence.of("prompt_encoder", prompts(prompt, version, shared, half)));
        blocks.add(Sequence.of("mask_decoder", decoder(config.part("mask_decoder_config"), version)));
        if (version == Version.SECOND) {
            blocks.add(Table.of("no_memory_embedding", 1, 1, prompt.size("hidden_size")));
        }
        return Sequence.of("", blocks);
    }

    private static List<Block> prompts(Config config, Version version, String shared, long half) {
        long width = config.size("hidden_size");
        long channels = config.size("mask_input_channels");
        int points = config.count("num_point_embeddings");
        boolean second = version == Version.SECOND;
        Table positions = Table.of("shared_embedding.positional_embedding", 2, half);
        return List.of(
                second ? Table.buffer("shared_embedding.positional_embedding", 2, half) : new Tied(positions, shared),
                second
                        ? Embedding.of("point_embed", points, width)
                        : Repeat.of("point_embed", points, Embedding.of("", 1, width)),
                Embedding.of("not_a_point_embed", 1, width),
                Embedding.of("no_mask_embed", 1, width),
                Sequence.of(
                        "mask_embed",
                        Convolution.plane("conv1", 1, channels / 4, 2, true).strided(2),
                        Norm.layer("layer_norm1", channels / 4, EPSILON),
                        Convolution.plane("conv2", channels / 4, channels, 2, true)
                                .strided(2),
                        Norm.layer("layer_norm2", channels, EPSILON),
                        Convolution.plane("conv3", channels, width, 1, true)));
    }

    private static List<Block> decoder(Config config, Version version) {
        long width = config.size("hidden_size");
        int masks = config.count("num_multimask_outputs") + 1;
        boolean second = version == Version.SECOND;
        String out = second ? "o_proj" : "out_proj";
        Block layer = Sequence.of(
                "",
                Residual.normAfter(attention(config, "self_attn", out, 1, false), norm("layer_norm1", width)),
                Residual.normAfter(
                        attention(config, "cross_attn_token_to_image", out, downsampling(config), true),
                        norm("layer_norm2", width)),
                Residual.normAfter(
                        FeedForwards.plain(
                                "mlp",
                                width,
                                config.size("mlp_dim"),
                                config.text("hidden_act"),
                                true,
                                second ? "proj_in" : "lin1",
                                second ? "proj_out" : "lin2"),
                        norm("layer_norm3", width)),
                Residual.normAfter(
                        attention(config, "cross_attn_image_to_token", out, downsampling(config), true),
                        norm("layer_norm4", width)));
        List<Block> blocks = new ArrayList<>(List.of(
                Embedding.of("iou_token", 1, width),
                Embedding.of("mask_tokens", masks, width),
                Sequence.of(
                        "transformer",
                        Repeat.of("layers", config.count("num_hidden_layers"), layer),
                        Residual.normAfter(
                                attention(config, "final_attn_token_to_image", out, downsampling(config), true),
                                norm("layer_norm_final_attn", width))),
                Convolution.plane("upscale_conv1", width, width / 4, 2, true)
                        .strided(2)
                        .widening(),
                norm("upscale_layer_norm", width / 4),
                Convolution.plane("upscale_conv2", width / 4, width / 8, 2, true)
                        .strided(2)
                        .widening(),
                Repeat.of("output_hypernetworks_mlps", masks, perceptron("", width, width, width / 8, 3)),
                perceptron(
                        "iou_prediction_head",
                        width,
                        config.size("iou_head_hidden_dim"),
                        masks,
                        config.count("iou_head_depth"))));
        if (second) {
            blocks.add(Convolution.plane("conv_s0", width, width / 8, 1, true));
            blocks.add(Convolution.plane("conv_s1", width, width / 4, 1, true));
            blocks.add(Embedding.of("obj_score_token", 1, width));
            blocks.add(perceptron("pred_obj_score_head", width, width, 1, 3));
        } else if (version == Version.HIGH_QUALITY) {
            blocks.addAll(highQuality(width, config.size("vit_dim")));
        }
        return blocks;
    }

    private static List<Block> highQuality(long width, long visionWidth) {
        return List.of(
                Embedding.of("hq_token", 1, width),
                perceptron("hq_mask_mlp", width, width, width / 8, 3),
                Convolution.plane("compress_vit_conv1", visionWidth, width, 2, true)
                        .strided(2)
                        .widening(),
                norm("compress_vit_norm", width),
                Convolution.plane("compress_vit_conv2", width, width / 8, 2, true)
                        .strided(2)
                        .widening(),
                Convolution.plane("encoder_conv1", width, width / 4, 2, true)
                        .strided(2)
                        .widening(),
                norm("encoder_norm", width / 4),
                Convolution.plane("encoder_conv2", width / 4, width / 8, 2, true)
                        .strided(2)
                        .widening(),
                Convolution.plane("mask_conv1", width / 8, width / 4, 3, true),
                norm("mask_norm", width / 4),
                Convolution.plane("mask_conv2", width / 4, width / 8, 3, true));
    }

    private static Norm norm(String name, long width) {
        return Norm.layer(name, width, EPSILON);
    }

    private static long downsampling(Config config) {
        long rate = config.size("attention_downsample_rate", 2);
        if (rate == 0) {
            throw config.malformed("attention_downsample_rate", "must not be 0");
        }
        return rate;
    }

    private static Block attention(Config config, String name, String out, long downsampling, boolean cross) {
        long width = config.size("hidden_size");
        int headCount = config.count("num_attention_heads");
        if (headCount == 0) {
            throw config.malformed("num_attention_heads", "must not be 0");
        }
        return GroupedAttention.of(width, Heads.of(headCount, headCount, width / downsampling / headCount))
                .named(name)
                .projections("q_proj", "k_proj", "v_proj", out)
                .bias(true, true)
                .span(cross ? Span.cross() : Span.bidirectional())
                .build();
    }

    private static Block perceptron(String name, long in, long inner, long out, int depth) {
        return Sequence.of(
                name,
                Linear.of("proj_in", in, inner, true),
                Repeat.of("layers", Math.max(0, depth - 2), Linear.of("", inner, inner, true)),
                Linear.of("proj_out", inner, out, true));
    }

    private static Block second(Config config, Families families) {
        long width = config.size("fpn_hidden_size");
        List<Long> channels = config.integers("backbone_channel_list");
        long kernel = config.size("fpn_kernel_size", 1);
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of("backbone", families.backbone(config.part("backbone_config"))),
                Repeat.of(
                        "neck.convs",
                        channels.size(),
                        level -> Convolution.plane("", channels.get(level), width, kernel, true)));
    }

    private static Block hiera(Config config) {
        long first = config.size("hidden_size");
        long[] kernel = config.sizes("patch_kernel_size", 2);
        long[] stride = config.sizes("patch_stride", 2);
        long[] background = config.sizes("window_positional_embedding_background_size", 2);
        List<Long> windows = Channels.stages(config, "window_size_per_stage", 1);
        List<Long> whole = config.integers("global_attention_blocks");
        int stages = config.integers("blocks_per_stage").size();
        List<Block> blocks = new ArrayList<>();
        for (int stage = 0; stage < stages; stage++) {
            long out = Channels.stages(config, "embed_dim_per_stage", stages).get(stage);
            int headCount = Channels.depth(config, "num_attention_heads_per_stage", stage);
            int depth = Channels.depth(config, "blocks_per_stage", stage);
            for (int i = 0; i < depth && blocks.size() < Config.MAX_COUNT; i++) {
                boolean enters = i == 0 && stage > 0;
                long in = enters ? config.integers("embed_dim_per_stage").get(stage - 1) : out;
                long window =
                        Channels.stages(config, "window_size_per_stage", stages).get(enters ? stage - 1 : stage);
                blocks.add(layer(config, in, out, headCount, whole.contains((long) blocks.size()) ? 0 : window));
            }
        }
        return Sequence.tower(
                Tower.VISION,
                "",
                Convolution.volume(
                                "patch_embed.projection",
                                config.size("num_channels", 3),
                                first,
                                List.of(kernel[0], kernel[1]),
                                true)
                        .strided(stride[0]),
                Table.positions("pos_embed", 1, first, background[0], background[1]),
                Table.positions("pos_embed_window", 1, first, windows.get(0), windows.get(0)),
                Repeat.of("blocks", blocks.size(), blocks::get));
    }

    private static Block layer(Config config, long in, long out, int headCount, long window) {
        double epsilon = config.number("layer_norm_eps", EPSILON);
        Norm before = Norm.layer("layer_norm1", in, epsilon);
        Block attention = GroupedAttention.of(in, EncoderLayer.heads(config, out, headCount))
                .named("attn")
                .projections("", "", "", "proj")
                .into(out)
                .bias(true, true)
                .span(window == 0 ? Span.bidirectional() : Span.bidirectionalChunk(Math.multiplyExact(window, window)))
                .buildFused("qkv");
        Block feedForward = Residual.of(
                Norm.layer("layer_norm2", out, epsilon),
                FeedForwards.plain(
                        "mlp",
                        out,
                        (long) (out * config.number("mlp_ratio")),
                        config.text("hidden_act"),
                        true,
                        "proj_in",
                        "proj_out"));
        return in == out
                ? Sequence.of("", Residual.of(before, attention), feedForward)
                : Sequence.of("", before, Parallel.of(Linear.of("proj", in, out, true), attention), feedForward);
    }
}
