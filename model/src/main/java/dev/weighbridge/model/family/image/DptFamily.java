package dev.weighbridge.model.family.image;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.ImagePatches;
import java.util.ArrayList;
import java.util.List;

/// Dense prediction transformers (arXiv:2103.13413): a vision transformer whose layers at four depths are turned back
/// into maps of four sizes and fused, for depth or for classes of pixels.
final class DptFamily {
    private static final long DEPTH_WIDTH = 32;

    private DptFamily() {}

    static Family family() {
        return Family.named("dpt")
                .architecture(DptFamily::pooled, "DPTModel")
                .architecture(DptFamily::depth, "DPTForDepthEstimation")
                .architecture(DptFamily::segmenter, "DPTForSemanticSegmentation");
    }

    private static Block pooled(Config config) {
        long width = config.size("hidden_size");
        return Sequence.of(
                "", model(config), Linear.of("pooler.dense", width, config.size("pooler_output_size", width), true));
    }

    private static Block model(Config config) {
        if (config.flag("is_hybrid", false) || config.has("backbone_config")) {
            throw new UnsupportedException(
                    "no family knows a dense prediction transformer over a backbone of another kind",
                    "give the model's files instead of its config alone: tensors can always be counted");
        }
        long width = config.size("hidden_size");
        var patches = ImagePatches.of(config);
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of(
                        "embeddings",
                        EncoderLayer.token("cls_token", width),
                        patches.embedding("patch_embeddings.projection", width, true),
                        Table.positions("position_embeddings", 1, patches.count() + 1, width)),
                Repeat.of("encoder.layer", config.count("num_hidden_layers"), EncoderLayer.vit(config)),
                Norm.layer("layernorm", width, config.number("layer_norm_eps")));
    }

    private static Block neck(Config config) {
        long width = config.size("hidden_size");
        long fused = config.size("fusion_hidden_size");
        List<Long> widths = config.integers("neck_hidden_sizes");
        List<Double> factors = config.numbers("reassemble_factors");
        if (factors.size() < widths.size()) {
            throw config.malformed("reassemble_factors", "must have one entry for each of neck_hidden_sizes");
        }
        List<Block> reassembling = new ArrayList<>();
        reassembling.add(Repeat.of(
                "layers", widths.size(), stage -> reassembled(config, width, widths.get(stage), factors.get(stage))));
        if (config.text("readout_type", "project").equals("project")) {
            reassembling.add(Repeat.of("readout_projects", widths.size(), Linear.of("0", 2 * width, width, true)));
        }
        return Sequence.of(
                "neck",
                Sequence.of("reassemble_stage", reassembling),
                Repeat.of("convs", widths.size(), stage -> Convolution.plane("", widths.get(stage), fused, 3, false)),
                Repeat.of(
                        "fusion_stage.layers",
                        widths.size(),
                        Sequence.of(
                                "",
                                residual(config, "residual_layer1", fused),
                                residual(config, "residual_layer2", fused),
                                Convolution.plane("projection", fused, fused, 1, true))));
    }

    /// The patches as a map, enlarged or reduced by the stage's factor.
    private static Block reassembled(Config config, long in, long out, double factor) {
        Block projection = Convolution.plane("projection", in, out, 1, true);
        if (factor <= 0) {
            throw config.malformed("reassemble_factors", "must be above 0");
        }
        if (factor > 1) {
            long step = (long) factor;
            return Sequence.of(
                    "",
                    projection,
                    Convolution.plane("resize", out, out, step, true)
                            .strided(step)
                            .widening());
        }
        return factor < 1
                ? Sequence.of(
                        "",
                        projection,
                        Convolution.plane("resize", out, out, 3, true).strided((long) (1 / factor)))
                : projection;
    }

    private static Block residual(Config config, String name, long width) {
        boolean normed = config.flag("use_batch_norm_in_fusion_residual", false);
        boolean bias = config.flag("use_bias_in_fusion_residual", !normed);
        List<Block> branch = new ArrayList<>();
        for (int i = 1; i <= 2; i++) {
            branch.add(Convolution.plane("convolution" + i, width, width, 3, bias));
            if (normed) {
                branch.add(Norm.batch("batch_norm" + i, width));
            }
        }
        return Residual.of(Sequence.of(name, branch));
    }

    private static Block depth(Config config) {
        long width = config.size("fusion_hidden_size");
        List<Block> head = new ArrayList<>();
        if (config.flag("add_projection", false)) {
            head.add(Convolution.plane("projection", width, width, 3, true));
        }
        head.add(Convolution.plane("head.0", width, width / 2, 3, true));
        head.add(Convolution.plane("head.2", width / 2, DEPTH_WIDTH, 3, true));
        head.add(Convolution.plane("head.4", DEPTH_WIDTH, 1, 1, true).as(Role.HEAD));
        return Sequence.of("", Sequence.of("dpt", model(config)), neck(config), Sequence.of("head", head));
    }

    private static Block segmenter(Config config) {
        List<Block> blocks =
                new ArrayList<>(List.of(Sequence.of("dpt", model(config)), neck(config), pixels(config, "head.head")));
        if (config.flag("use_auxiliary_head", true)) {
            blocks.add(pixels(config, "auxiliary_head.head"));
        }
        return Sequence.of("", blocks);
    }

    private static Block pixels(Config config, String name) {
        long width = config.size("fusion_hidden_size");
        return Sequence.of(
                name,
                Convolution.plane("0", width, width, 3, false),
                Norm.batch("1", width),
                Convolution.plane("4", width, Classifier.labels(config), 1, true)
                        .as(Role.HEAD));
    }
}
