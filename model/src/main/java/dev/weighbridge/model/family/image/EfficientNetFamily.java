package dev.weighbridge.model.family.image;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
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

/// EfficientNet (arXiv:1905.11946), also ALIGN's image tower (arXiv:2102.05918): inverted residuals with squeeze and
/// excitation, scaled together in width and depth.
final class EfficientNetFamily {
    private EfficientNetFamily() {}

    static Family family() {
        return Family.named("efficientnet")
                .architecture(config -> model(config, true), "EfficientNetModel")
                .architecture(
                        config -> Classifier.image(
                                config, "efficientnet", model(config, true), "classifier", config.size("hidden_dim")),
                        "EfficientNetForImageClassification")
                .backbone(config -> model(config, true), "efficientnet")
                .backbone(config -> model(config, false), "align_vision_model");
    }

    private static long width(Config config, long channels) {
        long divisor = config.size("depth_divisor");
        if (divisor == 0) {
            throw config.malformed("depth_divisor", "must not be 0");
        }
        return Channels.divisible(channels * config.number("width_coefficient"), divisor, divisor);
    }

    private static Block model(Config config, boolean top) {
        double epsilon = config.number("batch_norm_eps");
        long stem = width(config, 32);
        List<Long> in = config.integers("in_channels");
        List<Long> out = Channels.stages(config, "out_channels", in.size());
        List<Long> strides = Channels.stages(config, "strides", in.size());
        List<Long> kernels = Channels.stages(config, "kernel_sizes", in.size());
        List<Long> ratios = Channels.stages(config, "expand_ratios", in.size());
        List<Block> blocks = new ArrayList<>();
        for (int stage = 0; stage < in.size(); stage++) {
            double repeats = config.number("depth_coefficient") * Channels.depth(config, "num_block_repeats", stage);
            int count = (int) Math.min(Math.ceil(repeats), Config.MAX_COUNT);
            long outer = width(config, out.get(stage));
            Block first = block(
                    config,
                    width(config, in.get(stage)),
                    outer,
                    kernels.get(stage),
                    ratios.get(stage),
                    strides.get(stage),
                    true);
            Block next = block(config, outer, outer, kernels.get(stage), ratios.get(stage), 1, false);
            for (int i = 0; i < count && blocks.size() < Config.MAX_COUNT; i++) {
                blocks.add(i == 0 ? first : next);
            }
        }
        List<Block> encoder = new ArrayList<>();
        encoder.add(Repeat.of("blocks", blocks.size(), blocks::get));
        if (top) {
            encoder.add(
                    NormedConvolution.of(width(config, Channels.last(config, "out_channels")), width(config, 1280), 1)
                            .epsilon(epsilon)
                            .named("", "top_conv", "top_bn"));
        }
        return Sequence.tower(
                Tower.VISION,
                "",
                NormedConvolution.of(config.size("num_channels"), stem, 3)
                        .strided(2)
                        .epsilon(epsilon)
                        .named("embeddings", "convolution", "batchnorm"),
                Sequence.of("encoder", encoder));
    }

    private static Block block(Config config, long in, long out, long kernel, long ratio, long stride, boolean first) {
        double epsilon = config.number("batch_norm_eps");
        long inner = in * ratio;
        long squeezed = Math.max(1, (long) (in * config.number("squeeze_expansion_ratio")));
        List<Block> branch = new ArrayList<>();
        if (ratio != 1) {
            branch.add(
                    NormedConvolution.of(in, inner, 1).epsilon(epsilon).named("expansion", "expand_conv", "expand_bn"));
        }
        branch.add(NormedConvolution.depthwise(inner, kernel)
                .strided(stride)
                .epsilon(epsilon)
                .named("depthwise_conv", "depthwise_conv", "depthwise_norm"));
        branch.add(Sequence.of(
                "squeeze_excite",
                Convolution.plane("reduce", inner, squeezed, 1, true),
                Convolution.plane("expand", squeezed, inner, 1, true)));
        branch.add(
                NormedConvolution.of(inner, out, 1).epsilon(epsilon).named("projection", "project_conv", "project_bn"));
        return first || stride != 1 ? Sequence.of("", branch) : new Residual(branch, false, 1);
    }
}
