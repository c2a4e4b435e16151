package dev.weighbridge.model.family.image;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Channels;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.NormedConvolution;
import java.util.ArrayList;
import java.util.List;

/// PaddlePaddle's backbones: HGNet V2 (of RT-DETR, arXiv:2304.08069), whose blocks join the outputs of all their
/// layers, and PP-LCNet (arXiv:2109.15099), depthwise convolutions for processors without accelerator.
final class PaddleNetFamily {
    private static final List<List<List<Long>>> LCNET = List.of(
            List.of(block(3, 16, 32, 1, 0)),
            List.of(block(3, 32, 64, 2, 0), block(3, 64, 64, 1, 0)),
            List.of(block(3, 64, 128, 2, 0), block(3, 128, 128, 1, 0)),
            List.of(
                    block(3, 128, 256, 2, 0),
                    block(5, 256, 256, 1, 0),
                    block(5, 256, 256, 1, 0),
                    block(5, 256, 256, 1, 0),
                    block(5, 256, 256, 1, 0),
                    block(5, 256, 256, 1, 0)),
            List.of(block(5, 256, 512, 2, 1), block(5, 512, 512, 1, 1)));

    private PaddleNetFamily() {}

    static Family family() {
        return Family.named("paddle-image")
                .architecture(PaddleNetFamily::dense, "HGNetV2Backbone")
                .architecture(
                        config -> Classifier.image(
                                config, "", dense(config), "fc", Channels.last(config, "hidden_sizes")),
                        "HGNetV2ForImageClassification")
                .architecture(PaddleNetFamily::light, "PPLCNetBackbone")
                .architecture(PaddleNetFamily::lightClassifier, "PPLCNetForImageClassification")
                .backbone(PaddleNetFamily::dense, "hgnet_v2")
                .backbone(PaddleNetFamily::light, "pp_lcnet");
    }

    private static Block dense(Config config) {
        List<Long> stem = Channels.stages(config, "stem_channels", 3);
        boolean affine = config.flag("use_learnable_affine_block", false);
        long middle = stem.get(1);
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of(
                        "embedder",
                        unit(
                                "stem1",
                                NormedConvolution.of(stem.get(0), middle, 3).strided(2),
                                affine),
                        unit("stem2a", NormedConvolution.of(middle, middle / 2, 2), affine),
                        unit("stem2b", NormedConvolution.of(middle / 2, middle, 2), affine),
                        unit(
                                "stem3",
                                NormedConvolution.of(2 * middle, middle, 3).strided(2),
                                affine),
                        unit("stem4", NormedConvolution.of(middle, stem.get(2), 1), affine)),
                Repeat.of(
                        "encoder.stages",
                        config.integers("stage_in_channels").size(),
                        stage -> stage(config, stage, affine)));
    }

    private static Block unit(String name, NormedConvolution convolution, boolean affine) {
        return affine
                ? Sequence.of(
                        "", convolution.named(name), Table.of(name + ".lab.scale", 1), Table.of(name + ".lab.bias", 1))
                : convolution.named(name);
    }

    private static boolean flag(Config config, String field, int stage) {
        List<?> values = config.items(field);
        return stage < values.size() && Boolean.TRUE.equals(values.get(stage));
    }

    private static Block stage(Config config, int stage, boolean affine) {
        long in = Channels.stages(config, "stage_in_channels", stage + 1).get(stage);
        long middle = Channels.stages(config, "stage_mid_channels", stage + 1).get(stage);
        long out = Channels.stages(config, "stage_out_channels", stage + 1).get(stage);
        long kernel = Channels.stages(config, "stage_kernel_size", stage + 1).get(stage);
        int layers = Channels.depth(config, "stage_numb_of_layers", stage);
        boolean light = flag(config, "stage_light_block", stage);
        Block blocks = Repeat.of("blocks", Channels.depth(config, "stage_num_blocks", stage), index -> {
            long entering = index == 0 ? in : out;
            Block joined = Sequence.of(
                    "",
                    Repeat.of("layers", layers, layer -> {
                        long from = layer == 0 ? entering : middle;
                        return light
                                ? Sequence.of(
                                        "",
                                        NormedConvolution.of(from, middle, 1).named("conv1"),
                                        unit("conv2", NormedConvolution.depthwise(middle, kernel), affine))
                                : affined(NormedConvolution.of(from, middle, kernel), affine);
                    }),
                    Sequence.of(
                            "aggregation",
                            unit("0", NormedConvolution.of(entering + layers * middle, out / 2, 1), affine),
                            unit("1", NormedConvolution.of(out / 2, out, 1), affine)));
            return index == 0 ? joined : Residual.of(joined);
        });
        if (!flag(config, "stage_downsample", stage)) {
            return blocks;
        }
        long stride =
                Channels.stages(config, "stage_downsample_strides", stage + 1).get(stage);
        return Sequence.of(
                "", NormedConvolution.depthwise(in, 3).strided(stride).named("downsample"), blocks);
    }

    /// The same as a unit, for a block that takes its name from its number.
    private static Block affined(NormedConvolution convolution, boolean affine) {
        return affine
                ? Sequence.of("", convolution.named(""), Table.of("lab.scale", 1), Table.of("lab.bias", 1))
                : convolution.named("");
    }

    private static List<Long> block(long kernel, long in, long out, long stride, long squeezed) {
        return List.of(kernel, in, out, stride, squeezed);
    }

    /// The blocks of each stage: kernel, input, output, stride, and 1 for squeeze and excitation.
    private static List<List<List<Long>>> blocks(Config config) {
        if (!config.has("block_configs")) {
            return LCNET;
        }
        List<List<List<Long>>> stages = new ArrayList<>();
        for (Object stage : config.items("block_configs")) {
            List<List<Long>> blocks = new ArrayList<>();
            if (stage instanceof List<?> list) {
                list.forEach(block -> blocks.add(numbers(config, block)));
            }
            if (blocks.isEmpty()) {
                throw config.malformed("block_configs", "must list the blocks of each stage");
            }
            stages.add(blocks);
        }
        if (stages.isEmpty()) {
            throw config.malformed("block_configs", "must list the blocks of each stage");
        }
        return stages;
    }

    private static List<Long> numbers(Config config, Object block) {
        List<Long> numbers = new ArrayList<>();
        if (block instanceof List<?> list) {
            for (Object value : list) {
                if (value instanceof Number number) {
                    numbers.add(number.longValue());
                } else if (value instanceof Boolean flag) {
                    numbers.add(flag ? 1L : 0L);
                }
            }
        }
        if (numbers.size() != 5 || numbers.stream().anyMatch(number -> number < 0 || number > Config.MAX_DIMENSION)) {
            throw config.malformed(
                    "block_configs", "must give each block's kernel, input, output, stride and squeezing");
        }
        return numbers;
    }

    private static long scaled(Config config, long channels) {
        long divisor = config.size("divisor", 8);
        if (divisor == 0) {
            throw config.malformed("divisor", "must not be 0");
        }
        return Channels.divisible(channels * config.number("scale", 1), divisor, divisor);
    }

    private static Block light(Config config) {
        List<List<List<Long>>> stages = blocks(config);
        return Sequence.tower(
                Tower.VISION,
                "encoder",
                NormedConvolution.of(3, scaled(config, config.size("stem_channels", 16)), 3)
                        .strided(config.size("stem_stride", 2))
                        .named("convolution"),
                Repeat.of(
                        "blocks",
                        stages.size(),
                        stage -> Repeat.of(
                                "layers",
                                stages.get(stage).size(),
                                index -> lightLayer(config, stages.get(stage).get(index)))));
    }

    private static Block lightLayer(Config config, List<Long> block) {
        long in = scaled(config, block.get(1));
        long reduction = config.size("reduction", 4);
        if (reduction == 0) {
            throw config.malformed("reduction", "must not be 0");
        }
        List<Block> layer = new ArrayList<>();
        layer.add(NormedConvolution.depthwise(in, block.get(0))
                .strided(block.get(3))
                .named("depthwise_convolution"));
        if (block.get(4) != 0) {
            layer.add(Sequence.of(
                    "squeeze_excitation_module.convolutions",
                    Convolution.plane("0", in, in / reduction, 1, true),
                    Convolution.plane("2", in / reduction, in, 1, true)));
        }
        layer.add(NormedConvolution.of(in, scaled(config, block.get(2)), 1).named("pointwise_convolution"));
        return Sequence.of("", layer);
    }

    private static Block lightClassifier(Config config) {
        long last = scaled(config, blocks(config).getLast().getLast().get(2));
        long wide = config.size("class_expand", 1280);
        return Sequence.of(
                "",
                light(config),
                Convolution.plane("last_convolution", last, wide, 1, false),
                Classifier.optional(config, "head", wide));
    }
}
