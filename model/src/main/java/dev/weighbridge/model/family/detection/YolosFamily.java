package dev.weighbridge.model.family.detection;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.ImagePatches;
import java.util.ArrayList;
import java.util.List;

/// YOLOS (arXiv:2106.00666): a plain vision transformer with one learned token a box among its patches.
final class YolosFamily {
    private YolosFamily() {}

    static Family family() {
        return Family.named("yolos")
                .architecture(
                        config -> Sequence.of(
                                "",
                                model(config),
                                Linear.of(
                                        "pooler.dense", config.size("hidden_size"), config.size("hidden_size"), true)),
                        "YolosModel")
                .architecture(YolosFamily::detector, "YolosForObjectDetection")
                .backbone(YolosFamily::model, "yolos");
    }

    private static Block model(Config config) {
        long width = config.size("hidden_size");
        int layers = config.count("num_hidden_layers");
        long detections = config.size("num_detection_tokens");
        var patches = ImagePatches.of(config);
        long positions = patches.count() + detections + 1;
        List<Block> encoder = new ArrayList<>();
        if (config.flag("use_mid_position_embeddings", true)) {
            encoder.add(Table.positions("mid_position_embeddings", Math.max(0, layers - 1), 1, positions, width));
        }
        encoder.add(Repeat.of("layer", layers, EncoderLayer.vit(config)));
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of(
                        "embeddings",
                        EncoderLayer.token("cls_token", width),
                        Table.of("detection_tokens", 1, detections, width),
                        patches.embedding("patch_embeddings.projection", width, true),
                        Table.positions("position_embeddings", 1, positions, width)),
                Sequence.of("encoder", encoder),
                Norm.layer("layernorm", width, config.number("layer_norm_eps")));
    }

    private static Block detector(Config config) {
        long width = config.size("hidden_size");
        return Sequence.of(
                "",
                Sequence.of("vit", model(config)),
                Detection.layers("class_labels_classifier", width, width, Classifier.labels(config) + 1, 3),
                Detection.boxes("bbox_predictor", width));
    }
}
