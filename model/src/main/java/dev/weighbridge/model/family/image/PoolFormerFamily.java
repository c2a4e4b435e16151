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
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Channels;
import dev.weighbridge.model.family.component.Classifier;
import java.util.ArrayList;
import java.util.List;

/// PoolFormer (arXiv:2111.11418): average pooling in the place of attention.
final class PoolFormerFamily {
    private PoolFormerFamily() {}

    static Family family() {
        return Family.named("poolformer")
                .architecture(PoolFormerFamily::model, "PoolFormerModel")
                .architecture(PoolFormerFamily::classifier, "PoolFormerForImageClassification")
                .backbone(PoolFormerFamily::model, "poolformer");
    }

    private static Block classifier(Config config) {
        long width = Channels.last(config, "hidden_sizes");
        return Sequence.of(
                "",
                Sequence.of("poolformer", model(config)),
                Norm.group("norm", width),
                Classifier.optional(config, "classifier", width));
    }

    private static Block model(Config config) {
        int stages = config.count("num_encoder_blocks");
        List<Long> widths = Channels.stages(config, "hidden_sizes", stages);
        List<Long> patches = Channels.stages(config, "patch_sizes", stages);
        List<Long> strides = Channels.stages(config, "strides", stages);
        return Sequence.tower(
                Tower.VISION,
                "encoder",
                Repeat.of(
                        "patch_embeddings",
                        stages,
                        stage -> Convolution.plane(
                                        "projection",
                                        stage == 0 ? config.size("num_channels") : widths.get(stage - 1),
                                        widths.get(stage),
                                        patches.get(stage),
                                        true)
                                .strided(strides.get(stage))),
                Repeat.of(
                        "block",
                        stages,
                        stage -> Repeat.of(
                                "", Channels.depth(config, "depths", stage), layer(config, widths.get(stage)))));
    }

    private static Block layer(Config config, long width) {
        long inner = (long) (width * config.number("mlp_ratio"));
        FeedForward feedForward = new FeedForward(
                "output",
                width,
                inner,
                Activation.of(config.text("hidden_act")),
                false,
                List.of(
                        new Part(Slot.UP, Convolution.plane("conv1", width, inner, 1, true)),
                        new Part(Slot.DOWN, Convolution.plane("conv2", inner, width, 1, true))));
        List<Block> pooling = new ArrayList<>(List.of(Norm.group("before_norm", width)));
        List<Block> mixing = new ArrayList<>(List.of(Norm.group("after_norm", width), feedForward));
        if (config.flag("use_layer_scale", true)) {
            pooling.add(Table.of("layer_scale_1", width));
            mixing.add(Table.of("layer_scale_2", width));
        }
        return Sequence.of("", new Residual(pooling, false, 1), new Residual(mixing, false, 1));
    }
}
