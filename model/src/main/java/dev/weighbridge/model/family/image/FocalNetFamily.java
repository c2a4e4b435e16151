package dev.weighbridge.model.family.image;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Channels;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.FeedForwards;
import java.util.ArrayList;
import java.util.List;

/// FocalNet (arXiv:2203.11926): modulation by contexts of growing width in the place of attention.
final class FocalNetFamily {
    private static final long WINDOW_STEP = 2;

    private FocalNetFamily() {}

    static Family family() {
        return Family.named("focalnet")
                .architecture(FocalNetFamily::model, "FocalNetModel")
                .architecture(
                        config -> Classifier.image(
                                config, "focalnet", model(config), "classifier", width(config, stages(config) - 1)),
                        "FocalNetForImageClassification")
                .backbone(FocalNetFamily::model, "focalnet");
    }

    private static int stages(Config config) {
        return config.integers("depths").size();
    }

    private static long width(Config config, int stage) {
        return Math.multiplyExact(config.size("embed_dim"), 1L << Math.clamp(stage, 0, 20));
    }

    private static Block model(Config config) {
        double epsilon = config.number("layer_norm_eps");
        boolean overlapping = config.flag("use_conv_embed", false);
        long first = config.size("embed_dim");
        long patch = config.size("patch_size");
        int stages = stages(config);
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of(
                        "embeddings",
                        Convolution.plane(
                                        "patch_embeddings.projection",
                                        config.size("num_channels", 3),
                                        first,
                                        overlapping ? 7 : patch,
                                        true)
                                .strided(overlapping ? 4 : patch),
                        Norm.layer("norm", first, epsilon)),
                Repeat.of("encoder.stages", stages, stage -> {
                    long width = width(config, stage);
                    Block layers =
                            Repeat.of("layers", Channels.depth(config, "depths", stage), layer(config, stage, width));
                    return stage == stages - 1
                            ? layers
                            : Sequence.of(
                                    "",
                                    layers,
                                    Sequence.of(
                                            "downsample",
                                            Convolution.plane("projection", width, 2 * width, overlapping ? 3 : 2, true)
                                                    .strided(2),
                                            Norm.layer("norm", 2 * width, epsilon)));
                }),
                Norm.layer("layernorm", width(config, stages - 1), epsilon));
    }

    private static Block layer(Config config, int stage, long width) {
        double epsilon = config.number("layer_norm_eps");
        FeedForward feedForward = FeedForwards.plain(
                "mlp",
                width,
                (long) (width * config.number("mlp_ratio")),
                config.text("hidden_act"),
                true,
                "fc1",
                "fc2");
        return Sequence.of(
                "",
                branch(config, modulation(config, stage, width), Norm.layer("norm1", width, epsilon), "gamma_1"),
                branch(config, feedForward, Norm.layer("norm2", width, epsilon), "gamma_2"));
    }

    private static Block branch(Config config, Block mixer, Norm norm, String scale) {
        boolean normLast = config.flag("use_post_layernorm", false);
        List<Block> branch = new ArrayList<>(normLast ? List.of(mixer, norm) : List.of(norm, mixer));
        if (config.flag("use_layerscale", false)) {
            branch.add(Table.of(scale, norm.width()));
        }
        return new Residual(branch, false, 1);
    }

    private static Block modulation(Config config, int stage, long width) {
        int levels = Channels.depth(config, "focal_levels", stage);
        long window = Channels.stages(config, "focal_windows", stage + 1).get(stage);
        List<Block> blocks = new ArrayList<>(List.of(
                Linear.of("projection_in", width, 2 * width + levels + 1, true),
                Repeat.of(
                        "focal_layers",
                        levels,
                        level -> Convolution.plane("0", width, width, WINDOW_STEP * level + window, false)
                                .grouped(width)),
                Convolution.plane("projection_context", width, width, 1, true)));
        if (config.flag("use_post_layernorm_in_modulation", false)) {
            blocks.add(Norm.layer("layernorm", width, config.number("layer_norm_eps")));
        }
        blocks.add(Linear.of("projection_out", width, width, true));
        return Sequence.of("modulation", blocks);
    }
}
