package dev.weighbridge.model.family.detection;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BartLayer;
import dev.weighbridge.model.family.component.Classifier;
import java.util.ArrayList;
import java.util.List;

/// DETR (arXiv:2005.12872): an encoder over the last map of a convolutional backbone and a decoder with one learned
/// query a box; Table Transformer (arXiv:2110.00061) is the same with norms first.
final class DetrFamily {
    private DetrFamily() {}

    static Family family() {
        return Family.named("detr")
                .composite((config, families) -> model(config, families, false), "DetrModel")
                .composite((config, families) -> detector(config, families, false), "DetrForObjectDetection")
                .composite((config, families) -> model(config, families, true), "TableTransformerModel")
                .composite(
                        (config, families) -> detector(config, families, true), "TableTransformerForObjectDetection");
    }

    private static Block model(Config config, Families families, boolean normFirst) {
        long width = config.size("d_model");
        var backbone = DetectionBackbone.frozen(config, families);
        BartLayer encoder = Detection.layer(config, "encoder", normFirst);
        BartLayer decoder = Detection.layer(config, "decoder", normFirst);
        List<Block> encoding = new ArrayList<>();
        encoding.add(Repeat.of("layers", config.count("encoder_layers"), encoder.encoder()));
        if (normFirst) {
            encoding.add(encoder.norm("layernorm"));
        }
        return Sequence.of(
                "",
                Sequence.of("backbone.conv_encoder.model", backbone.block()),
                Detection.positions(config, width),
                Convolution.plane("input_projection", backbone.channels().getLast(), width, 1, true),
                Sequence.of("encoder", encoding),
                Embedding.positions("query_position_embeddings", config.size("num_queries"), width),
                Sequence.of(
                        "decoder",
                        Repeat.of(
                                "layers",
                                config.count("decoder_layers"),
                                decoder.decoder(
                                        decoder.attention("self_attn", Span.bidirectional()),
                                        decoder.attention("encoder_attn", Span.cross()))),
                        decoder.norm("layernorm")));
    }

    /// One class more than the labels stands for nothing.
    private static Block detector(Config config, Families families, boolean normFirst) {
        long width = config.size("d_model");
        return Sequence.of(
                "",
                Sequence.of("model", model(config, families, normFirst)),
                Linear.of("class_labels_classifier", width, Classifier.labels(config) + 1, true)
                        .as(Role.HEAD),
                Detection.boxes("bbox_predictor", width));
    }
}
