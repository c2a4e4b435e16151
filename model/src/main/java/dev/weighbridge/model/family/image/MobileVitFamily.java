package dev.weighbridge.model.family.image;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Channels;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.NormedConvolution;
import java.util.List;

/// MobileViT (arXiv:2110.02178): inverted residuals, and in three of five stages a transformer over unfolded patches;
/// V2 (arXiv:2206.02680) with separable attention, one context vector in place of the scores.
final class MobileVitFamily {
    private static final double EPSILON = 1e-5;

    private MobileVitFamily() {}

    static Family family() {
        return Family.named("mobilevit")
                .architecture(MobileVitFamily::first, "MobileViTModel")
                .architecture(
                        config -> Classifier.image(
                                config,
                                "mobilevit",
                                first(config),
                                "classifier",
                                neck(config).get(6)),
                        "MobileViTForImageClassification")
                .architecture(MobileVitFamily::second, "MobileViTV2Model")
                .architecture(
                        config -> Classifier.image(
                                config, "mobilevitv2", second(config), "classifier", scaled(config, 512, 8)),
                        "MobileViTV2ForImageClassification")
                .backbone(MobileVitFamily::first, "mobilevit")
                .backbone(MobileVitFamily::second, "mobilevitv2");
    }

    private static List<Long> neck(Config config) {
        return Channels.stages(config, "neck_hidden_sizes", 7);
    }

    private static Block first(Config config) {
        List<Long> neck = neck(config);
        List<Long> widths = Channels.stages(config, "hidden_sizes", 3);
        return Sequence.tower(
                Tower.VISION,
                "",
                NormedConvolution.of(config.size("num_channels"), neck.get(0), 3)
                        .strided(2)
                        .named("conv_stem"),
                Repeat.of("encoder.layer", 5, stage -> {
                    long in = neck.get(stage);
                    long out = neck.get(stage + 1);
                    return stage < 2
                            ? convolutions(config, in, out, stage == 0 ? 1 : 3)
                            : transformers(
                                    config,
                                    in,
                                    out,
                                    widths.get(stage - 2),
                                    List.of(2, 4, 3).get(stage - 2));
                }),
                NormedConvolution.of(neck.get(5), neck.get(6), 1).named("conv_1x1_exp"));
    }

    private static Block convolutions(Config config, long in, long out, int count) {
        return Repeat.of(
                "layer",
                count,
                index -> inverted(config, "", index == 0 ? in : out, out, index == 0 && count > 1 ? 2 : 1));
    }

    private static Block inverted(Config config, String name, long in, long out, long stride) {
        long inner = Channels.divisible(Math.rint(in * config.number("expand_ratio")), 8, 8);
        return MobileNetFamily.inverted(name, in, inner, out, stride, 1, EPSILON);
    }

    private static Block transformers(Config config, long in, long out, long width, int count) {
        long kernel = config.size("conv_kernel_size");
        Config layer = config.with("hidden_size", width)
                .with("intermediate_size", (long) (width * config.number("mlp_ratio")));
        return Sequence.of(
                "",
                inverted(config, "downsampling_layer", in, out, 2),
                NormedConvolution.of(out, out, kernel).named("conv_kxk"),
                Convolution.plane("conv_1x1.convolution", out, width, 1, false),
                Repeat.of("transformer.layer", count, EncoderLayer.vit(layer)),
                Norm.layer("layernorm", width, config.number("layer_norm_eps")),
                NormedConvolution.of(width, out, 1).named("conv_projection"),
                NormedConvolution.of(2 * out, out, kernel).named("fusion"));
    }

    private static long scaled(Config config, double channels, long divisor) {
        return Channels.divisible(channels * config.number("width_multiplier"), divisor, divisor);
    }

    private static Block second(Config config) {
        long stem = Channels.divisible(Math.clamp(32 * config.number("width_multiplier"), 16.0, 64.0), 8, 16);
        List<Long> widths = List.of(
                stem,
                scaled(config, 64, 16),
                scaled(config, 128, 8),
                scaled(config, 256, 8),
                scaled(config, 384, 8),
                scaled(config, 512, 8));
        List<Long> units = Channels.stages(config, "base_attn_unit_dims", 3);
        return Sequence.tower(
                Tower.VISION,
                "",
                NormedConvolution.of(config.size("num_channels"), stem, 3)
                        .strided(2)
                        .named("conv_stem"),
                Repeat.of("encoder.layer", 5, stage -> {
                    long in = widths.get(stage);
                    long out = widths.get(stage + 1);
                    return stage < 2
                            ? convolutions(config, in, out, stage + 1)
                            : separable(
                                    config,
                                    in,
                                    out,
                                    scaled(config, units.get(stage - 2), 8),
                                    Channels.depth(config, "n_attn_blocks", stage - 2));
                }));
    }

    private static Block separable(Config config, long in, long out, long width, int count) {
        long inner = (long) (config.number("ffn_multiplier") * width) / 16 * 16;
        FeedForward feedForward = new FeedForward(
                "ffn",
                width,
                inner,
                Activation.of(config.text("hidden_act")),
                false,
                List.of(
                        new Part(Slot.UP, Convolution.plane("conv1.convolution", width, inner, 1, true)),
                        new Part(Slot.DOWN, Convolution.plane("conv2.convolution", inner, width, 1, true))));
        Block layer = Sequence.of(
                "",
                Residual.of(
                        Norm.group("layernorm_before", width),
                        Sequence.of(
                                "attention",
                                Convolution.plane("qkv_proj.convolution", width, 1 + 2 * width, 1, true),
                                Convolution.plane("out_proj.convolution", width, width, 1, true))),
                Residual.of(Norm.group("layernorm_after", width), feedForward));
        return Sequence.of(
                "",
                inverted(config, "downsampling_layer", in, out, 2),
                NormedConvolution.depthwise(out, config.size("conv_kernel_size"))
                        .named("conv_kxk"),
                Convolution.plane("conv_1x1.convolution", out, width, 1, false),
                Repeat.of("transformer.layer", count, layer),
                Norm.group("layernorm", width),
                NormedConvolution.of(width, out, 1).named("conv_projection"));
    }
}
