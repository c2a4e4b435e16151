package dev.weighbridge.model.family.image;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Channels;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.FeedForwards;
import java.util.ArrayList;
import java.util.List;

/// ConvNeXt (arXiv:2201.03545), ConvNeXt V2 (arXiv:2301.00808) and the ConvNeXt that DINOv3 (arXiv:2508.10104) trains:
/// a wide depthwise convolution and a feed-forward in each block, four stages.
final class ConvNextFamily {
    private static final long WIDENING = 4;
    private static final double EPSILON = 1e-6;

    private ConvNextFamily() {}

    static Family family() {
        return Family.named("convnext")
                .architecture(config -> model(config, ConvNextFamily::first), "ConvNextModel")
                .architecture(
                        config -> classifier(config, "convnext", ConvNextFamily::first),
                        "ConvNextForImageClassification")
                .architecture(config -> model(config, ConvNextFamily::second), "ConvNextV2Model")
                .architecture(
                        config -> classifier(config, "convnextv2", ConvNextFamily::second),
                        "ConvNextV2ForImageClassification")
                .architecture(ConvNextFamily::self, "DINOv3ConvNextModel")
                .backbone(config -> model(config, ConvNextFamily::first), "convnext")
                .backbone(config -> model(config, ConvNextFamily::second), "convnextv2")
                .backbone(ConvNextFamily::self, "dinov3_convnext");
    }

    /// A block of this width.
    @FunctionalInterface
    private interface Layer {
        Block of(Config config, long width);
    }

    private static Block classifier(Config config, String prefix, Layer layer) {
        return Classifier.image(
                config, prefix, model(config, layer), "classifier", Channels.last(config, "hidden_sizes"));
    }

    private static Block model(Config config, Layer layer) {
        List<Long> widths = config.integers("hidden_sizes");
        long first = Channels.stages(config, "hidden_sizes", 1).get(0);
        long patch = config.size("patch_size");
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of(
                        "embeddings",
                        Convolution.plane("patch_embeddings", config.size("num_channels"), first, patch, true)
                                .strided(patch),
                        Norm.layer("layernorm", first, EPSILON)),
                Repeat.of("encoder.stages", config.count("num_stages", widths.size()), stage -> {
                    long out =
                            Channels.stages(config, "hidden_sizes", stage + 1).get(stage);
                    Block layers = Repeat.of("layers", Channels.depth(config, "depths", stage), layer.of(config, out));
                    return stage == 0
                            ? layers
                            : Sequence.of(
                                    "",
                                    downsampling("downsampling_layer", widths.get(stage - 1), out, EPSILON),
                                    layers);
                }),
                Norm.layer("layernorm", Channels.last(config, "hidden_sizes"), config.number("layer_norm_eps")));
    }

    private static Block downsampling(String name, long in, long out, double epsilon) {
        return Sequence.of(
                name,
                Norm.layer("0", in, epsilon),
                Convolution.plane("1", in, out, 2, true).strided(2));
    }

    private static Block first(Config config, long width) {
        List<Block> branch = new ArrayList<>(List.of(
                depthwise("dwconv", width),
                Norm.layer("layernorm", width, EPSILON),
                FeedForwards.plain(
                        "", width, WIDENING * width, config.text("hidden_act"), true, "pwconv1", "pwconv2")));
        if (config.number("layer_scale_init_value", 1e-6) > 0) {
            branch.add(Table.of("layer_scale_parameter", width));
        }
        return new Residual(branch, false, 1);
    }

    /// The second version's feed-forward scales each channel by its share of the response.
    private static Block second(Config config, long width) {
        long inner = WIDENING * width;
        FeedForward feedForward = new FeedForward(
                "",
                width,
                inner,
                Activation.of(config.text("hidden_act")),
                false,
                List.of(
                        new Part(Slot.UP, Linear.of("pwconv1", width, inner, true)),
                        new Part(
                                Slot.INNER_NORM,
                                Sequence.of(
                                        "grn", Table.of("weight", 1, 1, 1, inner), Table.of("bias", 1, 1, 1, inner))),
                        new Part(Slot.DOWN, Linear.of("pwconv2", inner, width, true))));
        return Residual.of(depthwise("dwconv", width), Norm.layer("layernorm", width, EPSILON), feedForward);
    }

    private static Block self(Config config) {
        double epsilon = config.number("layer_norm_eps");
        List<Long> widths = config.integers("hidden_sizes");
        return Sequence.tower(
                Tower.VISION,
                "",
                Repeat.of("stages", widths.size(), stage -> {
                    long out = widths.get(stage);
                    Block before = stage == 0
                            ? Sequence.of(
                                    "downsample_layers",
                                    Convolution.plane("0", config.size("num_channels"), out, 4, true)
                                            .strided(4),
                                    Norm.layer("1", out, epsilon))
                            : downsampling("downsample_layers", widths.get(stage - 1), out, epsilon);
                    return Sequence.of(
                            "",
                            before,
                            Repeat.of(
                                    "layers",
                                    Channels.depth(config, "depths", stage),
                                    Residual.of(
                                            depthwise("depthwise_conv", out),
                                            Norm.layer("layer_norm", out, epsilon),
                                            FeedForwards.plain(
                                                    "",
                                                    out,
                                                    WIDENING * out,
                                                    config.text("hidden_act"),
                                                    true,
                                                    "pointwise_conv1",
                                                    "pointwise_conv2"),
                                            Table.of("gamma", out))));
                }),
                Norm.layer("layer_norm", Channels.last(config, "hidden_sizes"), epsilon));
    }

    private static Convolution depthwise(String name, long width) {
        return Convolution.plane(name, width, width, 7, true).grouped(width);
    }
}
