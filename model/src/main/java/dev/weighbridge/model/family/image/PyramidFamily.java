package dev.weighbridge.model.family.image;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Channels;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.GroupedAttention;
import java.util.ArrayList;
import java.util.List;

/// Pyramid vision transformers: PVT (arXiv:2102.12122), PVT v2 (arXiv:2106.13797), SegFormer (arXiv:2105.15203) and
/// GLPN (arXiv:2201.07436), whose attention reads keys and values from a map reduced by a strided convolution.
final class PyramidFamily {
    private PyramidFamily() {}

    static Family family() {
        return Family.named("pvt")
                .architecture(config -> mixed(config), "SegformerModel", "GLPNModel")
                .architecture(
                        config -> Classifier.image(
                                config,
                                "segformer",
                                mixed(config),
                                "classifier",
                                Channels.last(config, "hidden_sizes")),
                        "SegformerForImageClassification")
                .architecture(PyramidFamily::segmenter, "SegformerForSemanticSegmentation")
                .architecture(PyramidFamily::depth, "GLPNForDepthEstimation")
                .architecture(PyramidFamily::first, "PvtModel")
                .architecture(
                        config -> Classifier.image(
                                config, "pvt", first(config), "classifier", Channels.last(config, "hidden_sizes")),
                        "PvtForImageClassification")
                .architecture(PyramidFamily::second, "PvtV2Model")
                .architecture(
                        config -> Classifier.image(
                                config, "pvt_v2", second(config), "classifier", Channels.last(config, "hidden_sizes")),
                        "PvtV2ForImageClassification")
                .backbone(PyramidFamily::mixed, "segformer", "glpn")
                .backbone(PyramidFamily::first, "pvt")
                .backbone(PyramidFamily::second, "pvt_v2");
    }

    /// The sizes of one stage.
    private record Stage(long in, long width, int headCount, long patch, long stride, long reduction, long inner) {
        static Stage of(Config config, int index, String reductions) {
            long width = Channels.stages(config, "hidden_sizes", index + 1).get(index);
            return new Stage(
                    index == 0
                            ? config.size("num_channels", 3)
                            : config.integers("hidden_sizes").get(index - 1),
                    width,
                    Channels.depth(config, "num_attention_heads", index),
                    Channels.stages(config, "patch_sizes", index + 1).get(index),
                    Channels.stages(config, "strides", index + 1).get(index),
                    Channels.stages(config, reductions, index + 1).get(index),
                    ratio(config, index, width));
        }

        private static long ratio(Config config, int index, long width) {
            List<Double> ratios = config.numbers("mlp_ratios");
            if (ratios.size() <= index) {
                throw config.malformed("mlp_ratios", "must have one entry for each stage");
            }
            return (long) (width * ratios.get(index));
        }

        Convolution patches(String name) {
            return Convolution.plane(name, in, width, patch, true).strided(stride);
        }

        Norm norm(Config config, String name) {
            return Norm.layer(name, width, config.number("layer_norm_eps", 1e-6));
        }
    }

    private static Block mixed(Config config) {
        int stages = config.count("num_encoder_blocks");
        return Sequence.tower(
                Tower.VISION,
                "encoder",
                Repeat.of("patch_embeddings", stages, index -> {
                    Stage stage = Stage.of(config, index, "sr_ratios");
                    return Sequence.of("", stage.patches("proj"), stage.norm(config, "layer_norm"));
                }),
                Repeat.of("block", stages, index -> {
                    Stage stage = Stage.of(config, index, "sr_ratios");
                    Attention attention =
                            attention(config, stage, "self.", "output.dense", "self.sr", stage.reduction() > 1);
                    return layers(config, index, stage, attention, true);
                }),
                Repeat.of(
                        "layer_norm",
                        stages,
                        index -> Stage.of(config, index, "sr_ratios").norm(config, "")));
    }

    private static Block layers(Config config, int index, Stage stage, Attention attention, boolean convolved) {
        Block layer = EncoderLayer.of(
                stage.norm(config, "layer_norm_1"),
                attention,
                stage.norm(config, "layer_norm_2"),
                feedForward(config, stage, convolved));
        return Repeat.of("", Channels.depth(config, "depths", index), layer);
    }

    private static Attention attention(
            Config config, Stage stage, String prefix, String output, String reduction, boolean reduced) {
        boolean bias = config.flag("qkv_bias", true);
        var attention = GroupedAttention.of(stage.width(), EncoderLayer.heads(config, stage.width(), stage.headCount()))
                .named("attention")
                .projections(prefix + "query", prefix + "key", prefix + "value", output)
                .bias(bias, true)
                .span(Span.bidirectional());
        if (reduced) {
            long step = config.flag("linear_attention", false) ? 1 : stage.reduction();
            attention
                    .with(
                            Slot.COMPRESSOR,
                            Convolution.plane(reduction, stage.width(), stage.width(), step, true)
                                    .strided(step))
                    .with(Slot.OTHER, stage.norm(config, prefix + "layer_norm"));
        }
        return attention.build();
    }

    private static FeedForward feedForward(Config config, Stage stage, boolean convolved) {
        List<Part> parts = new ArrayList<>();
        parts.add(new Part(Slot.UP, Linear.of("dense1", stage.width(), stage.inner(), true)));
        if (convolved) {
            parts.add(new Part(
                    Slot.CONVOLUTION,
                    Convolution.plane("dwconv.dwconv", stage.inner(), stage.inner(), 3, true)
                            .grouped(stage.inner())));
        }
        parts.add(new Part(Slot.DOWN, Linear.of("dense2", stage.inner(), stage.width(), true)));
        return new FeedForward(
                "mlp", stage.width(), stage.inner(), Activation.of(config.text("hidden_act")), false, parts);
    }

    /// SegFormer's head: the maps of all stages, made equally wide, joined and fused.
    private static Block segmenter(Config config) {
        int stages = config.count("num_encoder_blocks");
        long width = config.size("decoder_hidden_size");
        return Sequence.of(
                "",
                Sequence.of("segformer", mixed(config)),
                Sequence.of(
                        "decode_head",
                        Repeat.of(
                                "linear_c",
                                stages,
                                index -> Linear.of(
                                        "proj",
                                        Channels.stages(config, "hidden_sizes", stages)
                                                .get(index),
                                        width,
                                        true)),
                        Convolution.plane("linear_fuse", stages * width, width, 1, false),
                        Norm.batch("batch_norm", width),
                        Convolution.plane("classifier", width, Classifier.labels(config), 1, true)
                                .as(Role.HEAD)));
    }

    private static Block depth(Config config) {
        List<Long> widths = config.integers("hidden_sizes").reversed();
        long width = config.size("decoder_hidden_size");
        return Sequence.of(
                "",
                Sequence.of("glpn", mixed(config)),
                Repeat.of("decoder.stages", widths.size(), index -> {
                    List<Block> stage = new ArrayList<>();
                    if (widths.get(index) != width) {
                        stage.add(Convolution.plane("convolution", widths.get(index), width, 1, true));
                    }
                    if (index > 0) {
                        stage.add(Sequence.of(
                                "fusion",
                                Convolution.plane("convolutional_layer1.0", 2 * width, width, 3, true),
                                Norm.batch("convolutional_layer1.1", width),
                                Convolution.plane("convolutional_layer2.0", width, width / 2, 3, true),
                                Norm.batch("convolutional_layer2.1", width / 2),
                                Convolution.plane("convolutional_layer3", width / 2, 2, 3, true)));
                    }
                    return Sequence.of("", stage);
                }),
                Sequence.of(
                        "head.head",
                        Convolution.plane("0", width, width, 3, true),
                        Convolution.plane("2", width, 1, 3, true).as(Role.HEAD)));
    }

    private static Block first(Config config) {
        int stages = config.count("num_encoder_blocks");
        return Sequence.tower(
                Tower.VISION,
                "encoder",
                Repeat.of("patch_embeddings", stages, index -> patches(config, index, index == stages - 1)),
                Repeat.of("block", stages, index -> {
                    Stage stage = Stage.of(config, index, "sequence_reduction_ratios");
                    Attention attention = attention(
                            config, stage, "self.", "output.dense", "self.sequence_reduction", stage.reduction() > 1);
                    return layers(config, index, stage, attention, false);
                }),
                Norm.layer("layer_norm", Channels.last(config, "hidden_sizes"), config.number("layer_norm_eps")));
    }

    private static Block patches(Config config, int index, boolean last) {
        Stage stage = Stage.of(config, index, "sequence_reduction_ratios");
        long[] image = config.sizes("image_size", 2);
        for (int i = 0; i <= index; i++) {
            long patch = config.integers("patch_sizes").get(i);
            if (patch == 0) {
                throw config.malformed("patch_sizes", "must not contain 0");
            }
            // the first stage divides the image, each later one the map halved so often
            if (i == index) {
                long shrunk = i == 0 ? 1 : 1L << Math.min(i + 1, 40);
                image[0] = image[0] / shrunk / patch;
                image[1] = image[1] / shrunk / patch;
            }
        }
        long count = Math.multiplyExact(image[0], image[1]);
        List<Block> blocks = new ArrayList<>();
        blocks.add(stage.patches("projection"));
        blocks.add(stage.norm(config, "layer_norm"));
        if (last) {
            blocks.add(EncoderLayer.token("cls_token", stage.width()));
        }
        blocks.add(Table.positions("position_embeddings", 1, last ? count + 1 : count, stage.width()));
        return Sequence.of("", blocks);
    }

    private static Block second(Config config) {
        boolean linear = config.flag("linear_attention", false);
        return Sequence.tower(
                Tower.VISION, "", Repeat.of("encoder.layers", config.count("num_encoder_blocks"), index -> {
                    Stage stage = Stage.of(config, index, "sr_ratios");
                    Attention attention =
                            attention(config, stage, "", "proj", "spatial_reduction", linear || stage.reduction() > 1);
                    return Sequence.of(
                            "",
                            Sequence.of("patch_embedding", stage.patches("proj"), stage.norm(config, "layer_norm")),
                            Sequence.of("blocks", layers(config, index, stage, attention, true)),
                            stage.norm(config, "layer_norm"));
                }));
    }
}
