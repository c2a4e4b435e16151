package dev.weighbridge.model.family.image;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Parallel;
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

/// ResNet (arXiv:1512.03385) and RegNet (arXiv:2003.13678): stages of residual convolutions.
final class ResNetFamily {
    private ResNetFamily() {}

    /// One residual block of a stage.
    @FunctionalInterface
    private interface Layer {
        List<Block> branch(long in, long out, long stride);
    }

    static Family family() {
        return Family.named("resnet")
                .architecture(ResNetFamily::residual, "ResNetModel", "ResNetBackbone")
                .architecture(config -> classifier(config, "resnet", residual(config)), "ResNetForImageClassification")
                .architecture(ResNetFamily::designed, "RegNetModel")
                .architecture(config -> classifier(config, "regnet", designed(config)), "RegNetForImageClassification")
                .backbone(ResNetFamily::residual, "resnet")
                .backbone(ResNetFamily::designed, "regnet");
    }

    private static Block classifier(Config config, String prefix, Block backbone) {
        return Classifier.image(config, prefix, backbone, "classifier.1", Channels.last(config, "hidden_sizes"));
    }

    private static Block residual(Config config) {
        boolean early = config.flag("downsample_in_bottleneck", false);
        boolean bottleneck = config.text("layer_type", "bottleneck").equals("bottleneck");
        return network(config, 7, (in, out, stride) -> {
            if (!bottleneck) {
                return List.of(
                        NormedConvolution.of(in, out, 3).strided(stride).named("layer.0"),
                        NormedConvolution.of(out, out, 3).named("layer.1"));
            }
            long narrow = out / 4;
            return List.of(
                    NormedConvolution.of(in, narrow, 1)
                            .strided(early ? stride : 1)
                            .named("layer.0"),
                    NormedConvolution.of(narrow, narrow, 3)
                            .strided(early ? 1 : stride)
                            .named("layer.1"),
                    NormedConvolution.of(narrow, out, 1).named("layer.2"));
        });
    }

    private static Block designed(Config config) {
        long groupWidth = config.size("groups_width");
        if (groupWidth == 0) {
            throw config.malformed("groups_width", "must not be 0");
        }
        boolean squeezed = !config.text("layer_type", "y").equals("x");
        return network(config, 3, (in, out, stride) -> {
            List<Block> branch = new ArrayList<>();
            branch.add(NormedConvolution.of(in, out, 1).named("layer.0"));
            branch.add(NormedConvolution.of(out, out, 3)
                    .strided(stride)
                    .grouped(Math.max(1, out / groupWidth))
                    .named("layer.1"));
            if (squeezed) {
                long narrow = (long) Math.rint(in / 4.0);
                branch.add(Convolution.plane("layer.2.attention.0", out, narrow, 1, true));
                branch.add(Convolution.plane("layer.2.attention.2", narrow, out, 1, true));
            }
            branch.add(NormedConvolution.of(out, out, 1).named(squeezed ? "layer.3" : "layer.2"));
            return branch;
        });
    }

    private static Block network(Config config, long stemKernel, Layer layer) {
        long stem = config.size("embedding_size");
        List<Long> widths = config.integers("hidden_sizes");
        return Sequence.tower(
                Tower.VISION,
                "",
                NormedConvolution.of(config.size("num_channels"), stem, stemKernel)
                        .strided(2)
                        .named("embedder.embedder"),
                Repeat.of("encoder.stages", widths.size(), stage -> {
                    long in = stage == 0 ? stem : widths.get(stage - 1);
                    long out = widths.get(stage);
                    long stride = stage == 0 && !config.flag("downsample_in_first_stage", false) ? 1 : 2;
                    Block equal = block(layer, out, out, 1);
                    return Repeat.of(
                            "layers",
                            Channels.depth(config, "depths", stage),
                            index -> index == 0 ? block(layer, in, out, stride) : equal);
                }));
    }

    private static Block block(Layer layer, long in, long out, long stride) {
        List<Block> branch = layer.branch(in, out, stride);
        return in == out && stride == 1
                ? new Residual(branch, false, 1)
                : Parallel.of(
                        NormedConvolution.of(in, out, 1).strided(stride).named("shortcut"), Sequence.of("", branch));
    }
}
