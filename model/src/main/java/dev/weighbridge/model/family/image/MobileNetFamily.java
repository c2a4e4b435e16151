package dev.weighbridge.model.family.image;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Channels;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.NormedConvolution;
import java.util.ArrayList;
import java.util.List;

/// MobileNet V1 (arXiv:1704.04861): depthwise and point-wise convolutions in turn; V2 (arXiv:1801.04381): inverted
/// residuals.
final class MobileNetFamily {
    private static final List<Integer> FIRST_STRIDES = List.of(1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1);
    private static final List<Integer> SECOND_WIDTHS =
            List.of(16, 24, 24, 32, 32, 32, 64, 64, 64, 64, 96, 96, 96, 160, 160, 160, 320);
    private static final List<Integer> SECOND_STRIDES = List.of(2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1);
    private static final int LAST_WIDTH = 1280;

    private MobileNetFamily() {}

    static Family family() {
        return Family.named("mobilenet")
                .architecture(MobileNetFamily::first, "MobileNetV1Model")
                .architecture(
                        config -> Classifier.image(
                                config, "mobilenet_v1", first(config), "classifier", firstWidth(config, 1024)),
                        "MobileNetV1ForImageClassification")
                .architecture(MobileNetFamily::second, "MobileNetV2Model")
                .architecture(
                        config -> Classifier.image(
                                config, "mobilenet_v2", second(config), "classifier", lastWidth(config)),
                        "MobileNetV2ForImageClassification")
                .backbone(MobileNetFamily::first, "mobilenet_v1")
                .backbone(MobileNetFamily::second, "mobilenet_v2");
    }

    private static long firstWidth(Config config, long depth) {
        return Math.max((long) (depth * config.number("depth_multiplier", 1)), config.size("min_depth", 8));
    }

    private static Block first(Config config) {
        double epsilon = config.number("layer_norm_eps", 1e-3);
        List<Block> layers = new ArrayList<>();
        long depth = 32;
        long out = firstWidth(config, depth);
        Block stem = NormedConvolution.of(config.size("num_channels"), out, 3)
                .strided(2)
                .epsilon(epsilon)
                .named("conv_stem");
        for (int stride : FIRST_STRIDES) {
            long in = out;
            if (stride == 2 || layers.isEmpty()) {
                depth *= 2;
                out = firstWidth(config, depth);
            }
            layers.add(NormedConvolution.depthwise(in, 3)
                    .strided(stride)
                    .epsilon(epsilon)
                    .named(""));
            layers.add(NormedConvolution.of(in, out, 1).epsilon(epsilon).named(""));
        }
        return Sequence.tower(Tower.VISION, "", stem, Repeat.of("layer", layers.size(), layers::get));
    }

    private static long width(Config config, long channels) {
        return Channels.divisible(
                Math.rint(channels * config.number("depth_multiplier", 1)),
                divisor(config),
                config.size("min_depth", 8));
    }

    private static long divisor(Config config) {
        long divisor = config.size("depth_divisible_by", 8);
        if (divisor == 0) {
            throw config.malformed("depth_divisible_by", "must not be 0");
        }
        return divisor;
    }

    private static long lastWidth(Config config) {
        return config.flag("finegrained_output", true) && config.number("depth_multiplier", 1) < 1
                ? LAST_WIDTH
                : width(config, LAST_WIDTH);
    }

    private static Block second(Config config) {
        double epsilon = config.number("layer_norm_eps", 1e-3);
        List<Block> stem = new ArrayList<>();
        long wide = width(config, 32);
        long narrow = width(config, SECOND_WIDTHS.get(0));
        stem.add(NormedConvolution.of(config.size("num_channels"), wide, 3)
                .strided(2)
                .epsilon(epsilon)
                .named("first_conv"));
        if (!config.flag("first_layer_is_expansion", true)) {
            stem.add(NormedConvolution.of(wide, wide, 1).epsilon(epsilon).named("expand_1x1"));
        }
        stem.add(NormedConvolution.depthwise(wide, 3).epsilon(epsilon).named("conv_3x3"));
        stem.add(NormedConvolution.of(wide, narrow, 1).epsilon(epsilon).named("reduce_1x1"));
        long[] strides = new long[SECOND_STRIDES.size()];
        long[] dilations = new long[SECOND_STRIDES.size()];
        long reached = 2;
        long dilation = 1;
        for (int i = 0; i < strides.length; i++) {
            boolean dilated = reached == config.size("output_stride", 32);
            strides[i] = dilated ? 1 : SECOND_STRIDES.get(i);
            dilations[i] = dilated ? dilation : 1;
            if (dilated) {
                dilation *= SECOND_STRIDES.get(i);
            } else {
                reached *= strides[i];
            }
        }
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of("conv_stem", stem),
                Repeat.of("layer", strides.length, index -> {
                    long in = width(config, SECOND_WIDTHS.get(index));
                    long inner = Channels.divisible(
                            Math.rint(in * config.number("expand_ratio", 6)),
                            divisor(config),
                            config.size("min_depth", 8));
                    long out = width(config, SECOND_WIDTHS.get(index + 1));
                    return inverted("", in, inner, out, strides[index], dilations[index], epsilon);
                }),
                NormedConvolution.of(width(config, 320), lastWidth(config), 1)
                        .epsilon(epsilon)
                        .named("conv_1x1"));
    }

    /// Widening, depthwise, narrowing; beside a residual where input and output are alike.
    static Block inverted(String name, long in, long inner, long out, long stride, long dilation, double epsilon) {
        Block branch = Sequence.of(
                name,
                NormedConvolution.of(in, inner, 1).epsilon(epsilon).named("expand_1x1"),
                NormedConvolution.depthwise(inner, 3)
                        .strided(stride)
                        .dilated(dilation)
                        .epsilon(epsilon)
                        .named("conv_3x3"),
                NormedConvolution.of(inner, out, 1).epsilon(epsilon).named("reduce_1x1"));
        return stride == 1 && in == out ? Residual.of(branch) : branch;
    }
}
