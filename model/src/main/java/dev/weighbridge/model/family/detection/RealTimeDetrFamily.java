package dev.weighbridge.model.family.detection;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BartLayer;
import dev.weighbridge.model.family.component.Channels;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.NormedConvolution;
import java.util.ArrayList;
import java.util.List;

/// RT-DETR (arXiv:2304.08069), RT-DETRv2 (arXiv:2407.17140) and D-FINE (arXiv:2410.13842): attention on the smallest
/// map only, convolutions that join the scales both ways, and a deformable decoder whose queries are chosen from the
/// maps.
final class RealTimeDetrFamily {
    private static final int BOTTLENECKS = 3;
    private static final long BOX = 4;

    private RealTimeDetrFamily() {}

    /// What sets one version apart from another.
    private enum Version {
        FIRST,
        SECOND,
        /// D-FINE.
        FINE
    }

    static Family family() {
        return Family.named("rt-detr")
                .composite((config, families) -> detector(config, families, Version.FIRST), "RTDetrForObjectDetection")
                .composite(
                        (config, families) -> detector(config, families, Version.SECOND), "RTDetrV2ForObjectDetection")
                .composite((config, families) -> detector(config, families, Version.FINE), "DFineForObjectDetection")
                .backbone(RealTimeDetrFamily::residual, "rt_detr_resnet");
    }

    private static NormedConvolution convolution(Config config, long in, long out, long kernel) {
        return NormedConvolution.of(in, out, kernel).epsilon(config.number("batch_norm_eps", 1e-5));
    }

    private static Block named(NormedConvolution convolution, String name) {
        return convolution.named(name, "conv", "norm");
    }

    /// ResNet-D (arXiv:1812.01187): three small convolutions in the stem, pooling in the shortcuts.
    private static Block residual(Config config) {
        long stem = config.size("embedding_size");
        List<Long> widths = config.integers("hidden_sizes");
        boolean bottleneck = config.text("layer_type", "bottleneck").equals("bottleneck");
        return Sequence.of(
                "",
                Sequence.of(
                        "embedder.embedder",
                        NormedConvolution.of(config.size("num_channels"), stem / 2, 3)
                                .strided(2)
                                .named("0"),
                        NormedConvolution.of(stem / 2, stem / 2, 3).named("1"),
                        NormedConvolution.of(stem / 2, stem, 3).named("2")),
                Repeat.of("encoder.stages", widths.size(), stage -> {
                    long in = stage == 0 ? stem : widths.get(stage - 1);
                    long out = widths.get(stage);
                    long stride = stage == 0 && !config.flag("downsample_in_first_stage", false) ? 1 : 2;
                    Block equal = Residual.of(branch(config, bottleneck, out, out, 1));
                    return Repeat.of(
                            "layers",
                            Channels.depth(config, "depths", stage),
                            index -> index > 0
                                    ? equal
                                    : Parallel.of(
                                            shortcut(bottleneck, in, out, stride),
                                            branch(config, bottleneck, in, out, stride)));
                }));
    }

    private static Block shortcut(boolean bottleneck, long in, long out, long stride) {
        boolean pooled = bottleneck ? stride == 2 : in != out;
        if (bottleneck && in == out && stride == 1) {
            return Sequence.of("");
        }
        return NormedConvolution.of(in, out, 1).strided(pooled ? 1 : stride).named(pooled ? "shortcut.1" : "shortcut");
    }

    private static Block branch(Config config, boolean bottleneck, long in, long out, long stride) {
        boolean early = config.flag("downsample_in_bottleneck", false);
        return bottleneck
                ? Sequence.of(
                        "layer",
                        NormedConvolution.of(in, out / 4, 1)
                                .strided(early ? stride : 1)
                                .named("0"),
                        NormedConvolution.of(out / 4, out / 4, 3)
                                .strided(early ? 1 : stride)
                                .named("1"),
                        NormedConvolution.of(out / 4, out, 1).named("2"))
                : Sequence.of(
                        "layer",
                        NormedConvolution.of(in, out, 3).strided(stride).named("0"),
                        NormedConvolution.of(out, out, 3).named("1"));
    }

    private static Block detector(Config config, Families families, Version version) {
        long width = config.size("d_model");
        long labels = Classifier.labels(config);
        int layers = config.count("decoder_layers");
        List<Long> in = config.integers("encoder_in_channels");
        long encoderWidth = config.size("encoder_hidden_dim");
        List<Block> blocks = new ArrayList<>();
        blocks.add(Sequence.of(
                "backbone.model", DetectionBackbone.frozen(config, families).block()));
        blocks.add(Repeat.of(
                "encoder_input_proj",
                in.size(),
                level -> NormedConvolution.of(in.get(level), encoderWidth, 1).named("", "0", "1")));
        blocks.add(Sequence.of("encoder", encoder(config, version, encoderWidth, in.size())));
        if (config.size("num_denoising", 0) > 0) {
            blocks.add(Embedding.of("denoising_class_embed", labels + 1, width));
        }
        if (config.flag("learn_initial_query", false)) {
            blocks.add(Embedding.of("weight_embedding", config.size("num_queries"), width));
        }
        blocks.add(Sequence.of(
                "enc_output",
                Linear.of("0", width, width, true),
                Norm.layer("1", width, config.number("layer_norm_eps", 1e-5))));
        blocks.add(Linear.of("enc_score_head", width, labels, true));
        blocks.add(Detection.boxes("enc_bbox_head", width));
        blocks.add(inputs(config, version, width));
        Block classes = Repeat.of(
                "class_embed", layers, Linear.of("", width, labels, true).as(Role.HEAD));
        long bins = version == Version.FINE ? config.size("max_num_bins") + 1 : 1;
        Block boxes = Repeat.of("bbox_embed", layers, Detection.layers("", width, width, BOX * bins, 3));
        blocks.add(Sequence.of("decoder", decoder(config, version, width), classes, boxes));
        Block model = Sequence.of("model", blocks);
        return version == Version.FIRST
                ? model
                : Sequence.of(
                        "",
                        model,
                        new Tied(classes, "model.decoder.class_embed"),
                        new Tied(boxes, "model.decoder.bbox_embed"));
    }

    /// The maps as the decoder reads them; further ones are made by strided convolutions.
    private static Block inputs(Config config, Version version, long width) {
        List<Long> in = Channels.stages(config, "decoder_in_channels", 1);
        int levels = Math.max(in.size(), config.count("num_feature_levels"));
        String convolution = version == Version.FINE ? "conv" : "0";
        String norm = version == Version.FINE ? "norm" : "1";
        return Repeat.of("decoder_input_proj", levels, level -> {
            long from = level < in.size() ? in.get(level) : level == in.size() ? in.getLast() : width;
            if (version == Version.FINE && from == width) {
                return Sequence.of("");
            }
            return NormedConvolution.of(from, width, level < in.size() ? 1 : 3)
                    .strided(level < in.size() ? 1 : 2)
                    .named("", convolution, norm);
        });
    }

    private static Block encoder(Config config, Version version, long width, int levels) {
        int steps = Math.max(0, levels - 1);
        BartLayer layer = BartLayer.of(
                width,
                config.count("encoder_attention_heads"),
                config.size("encoder_ffn_dim"),
                config.text("encoder_activation_function", "gelu"),
                config.flag("normalize_before", false));
        Block join = version == Version.FINE ? elan(config, width) : crossStage(config, 2 * width, width);
        Block down = version == Version.FINE
                ? Sequence.of(
                        "",
                        named(convolution(config, width, width, 1), "conv1"),
                        named(
                                convolution(config, width, width, 3)
                                        .grouped(width)
                                        .strided(2),
                                "conv2"))
                : named(convolution(config, width, width, 3).strided(2), "");
        return Sequence.of(
                "",
                Repeat.of(
                        "encoder",
                        config.integers("encode_proj_layers").size(),
                        Repeat.of("layers", config.count("encoder_layers"), layer.encoder())),
                Repeat.of("lateral_convs", steps, named(convolution(config, width, width, 1), "")),
                Repeat.of("fpn_blocks", steps, join),
                Repeat.of("downsample_convs", steps, down),
                Repeat.of("pan_blocks", steps, join));
    }

    /// Half of the channels pass re-parameterized convolutions (RepVGG, arXiv:2101.03697), half pass by.
    private static Block crossStage(Config config, long in, long out) {
        long inner = (long) (out * config.number("hidden_expansion", 1));
        List<Block> blocks = new ArrayList<>(crossStage(config, in, inner, BOTTLENECKS));
        if (inner != out) {
            blocks.add(named(convolution(config, inner, out, 1), "conv3"));
        }
        return Sequence.of("", blocks);
    }

    private static List<Block> crossStage(Config config, long in, long inner, int count) {
        return List.of(
                named(convolution(config, in, inner, 1), "conv1"),
                named(convolution(config, in, inner, 1), "conv2"),
                Repeat.of(
                        "bottlenecks",
                        count,
                        Parallel.of(
                                named(convolution(config, inner, inner, 3), "conv1"),
                                named(convolution(config, inner, inner, 1), "conv2"))));
    }

    /// D-FINE's join: two such stages one after the other, the outputs of all steps kept (GELAN, arXiv:2402.13616).
    private static Block elan(Config config, long width) {
        long inner = Math.round(Math.floor(config.number("hidden_expansion", 1) * width / 2));
        int count = (int) Math.clamp(Math.rint(BOTTLENECKS * config.number("depth_mult", 1)), 0, Config.MAX_COUNT);
        return Sequence.of(
                "",
                named(convolution(config, 2 * width, 2 * width, 1), "conv1"),
                Sequence.of("csp_rep1", crossStage(config, width, inner, count)),
                named(convolution(config, inner, inner, 3), "conv2"),
                Sequence.of("csp_rep2", crossStage(config, inner, inner, count)),
                named(convolution(config, inner, inner, 3), "conv3"),
                named(convolution(config, 2 * width + 2 * inner, width, 1), "conv4"));
    }

    private static Block decoder(Config config, Version version, long width) {
        int levels = config.count("num_feature_levels");
        long points = config.values().get("decoder_n_points") instanceof List<?>
                ? config.integers("decoder_n_points").stream()
                        .mapToLong(Long::longValue)
                        .sum()
                : levels * config.size("decoder_n_points");
        BartLayer layer = BartLayer.of(
                width,
                config.count("decoder_attention_heads"),
                config.size("decoder_ffn_dim"),
                config.text("decoder_activation_function", "relu"),
                false);
        List<Block> further = new ArrayList<>();
        if (version == Version.SECOND) {
            further.add(Table.buffer("n_points_scale", points));
        } else if (version == Version.FINE) {
            further.add(Table.buffer("num_points_scale", points));
        }
        if (version != Version.FINE) {
            further.addAll(List.of(Detection.values(width)));
        }
        Block cross =
                Detection.deformable("encoder_attn", width, layer.headCount() * points, further.toArray(Block[]::new));
        Block self = layer.attention("self_attn", Span.bidirectional());
        List<Block> blocks = new ArrayList<>();
        blocks.add(Detection.layers("query_pos_head", BOX, 2 * width, width, 2));
        if (version == Version.FINE) {
            // a gate weighs what the query was against what it read
            Block gated = Sequence.of(
                    "",
                    layer.around(self, "self_attn_layer_norm"),
                    cross,
                    Sequence.of("gateway", Linear.of("gate", 2 * width, 2 * width, true), layer.norm("norm")),
                    layer.around(layer.feedForward(), "final_layer_norm"));
            blocks.add(Repeat.of("layers", config.count("decoder_layers"), gated));
            blocks.add(Detection.boxes("pre_bbox_head", width));
            blocks.add(Repeat.of(
                    "lqe_layers",
                    config.count("decoder_layers"),
                    Detection.layers(
                            "reg_conf",
                            BOX * (config.size("top_prob_values") + 1),
                            config.size("lqe_hidden_dim"),
                            1,
                            config.count("lqe_layers"))));
            blocks.add(Table.of("reg_scale", 1));
            blocks.add(Table.of("up", 1));
        } else {
            blocks.add(Repeat.of("layers", config.count("decoder_layers"), layer.decoder(self, cross)));
        }
        return Sequence.of("", blocks);
    }
}
