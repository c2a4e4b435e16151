package dev.weighbridge.model.family.image;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Channels;
import dev.weighbridge.model.family.component.Classifier;
import java.util.ArrayList;
import java.util.List;

/// Big Transfer (arXiv:1912.11370): ResNet V2 with group norms and convolutions whose weights are standardized.
final class BitFamily {
    private static final long DIVISOR = 8;

    private BitFamily() {}

    static Family family() {
        return Family.named("bit")
                .architecture(BitFamily::model, "BitModel")
                .architecture(
                        config -> Classifier.image(
                                config, "bit", model(config), "classifier.1", Channels.last(config, "hidden_sizes")),
                        "BitForImageClassification")
                .architecture(config -> Sequence.of("bit", model(config)), "BitBackbone")
                .backbone(BitFamily::model, "bit");
    }

    private static Block model(Config config) {
        List<Long> widths = config.integers("hidden_sizes");
        long stem = config.size("embedding_size");
        boolean normFirst = !config.text("layer_type", "preactivation").equals("bottleneck");
        List<Block> blocks = new ArrayList<>(List.of(
                Convolution.plane("embedder.convolution", config.size("num_channels", 3), stem, 7, false)
                        .strided(2),
                Repeat.of("encoder.stages", widths.size(), stage -> {
                    long in = stage == 0 ? stem : width(config, widths.get(stage - 1));
                    long out = width(config, widths.get(stage));
                    long stride = stage == 0 ? 1 : 2;
                    Block equal = layer(config, normFirst, out, out, 1, false);
                    return Repeat.of(
                            "layers",
                            Channels.depth(config, "depths", stage),
                            index -> index == 0 ? layer(config, normFirst, in, out, stride, true) : equal);
                })));
        if (normFirst) {
            blocks.add(norm(config, "norm", Channels.last(config, "hidden_sizes")));
        }
        return new Sequence("", Tower.VISION, blocks);
    }

    private static long width(Config config, long channels) {
        return Channels.divisible(channels * config.number("width_factor", 1), DIVISOR, DIVISOR);
    }

    private static Norm norm(Config config, String name, long width) {
        return Norm.group(name, width).grouped(config.size("num_groups", 32));
    }

    private static Block layer(Config config, boolean normFirst, long in, long out, long stride, boolean first) {
        long narrow = Channels.divisible(out * 0.25, DIVISOR, DIVISOR);
        List<Block> convolutions = List.of(
                Convolution.plane("conv1", in, narrow, 1, false),
                Convolution.plane("conv2", narrow, narrow, 3, false).strided(stride),
                Convolution.plane("conv3", narrow, out, 1, false));
        List<Long> normWidths = normFirst ? List.of(in, narrow, narrow) : List.of(narrow, narrow, out);
        List<Block> branch = new ArrayList<>();
        for (int i = 0; i < convolutions.size(); i++) {
            Norm norm = norm(config, "norm" + (i + 1), normWidths.get(i));
            branch.add(normFirst ? norm : convolutions.get(i));
            branch.add(normFirst ? convolutions.get(i) : norm);
        }
        if (!first) {
            return new Residual(branch, false, 1);
        }
        Block shortcut = Convolution.plane("downsample.conv", in, out, 1, false).strided(stride);
        return Parallel.of(
                normFirst ? shortcut : Sequence.of("", shortcut, norm(config, "downsample.norm", out)),
                Sequence.of("", branch));
    }
}
