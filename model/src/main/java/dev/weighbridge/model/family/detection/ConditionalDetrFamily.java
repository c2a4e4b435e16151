package dev.weighbridge.model.family.detection;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BartLayer;
import dev.weighbridge.model.family.component.Classifier;
import java.util.ArrayList;
import java.util.List;

/// Conditional DETR (arXiv:2108.06152) and DAB-DETR (arXiv:2201.12329): queries and keys whose content and position
/// are projected apart, so that each head looks at one edge of a box.
final class ConditionalDetrFamily {
    private static final double EPSILON = 1e-5;

    private ConditionalDetrFamily() {}

    static Family family() {
        return Family.named("conditional-detr")
                .composite(ConditionalDetrFamily::conditional, "ConditionalDetrModel")
                .composite(ConditionalDetrFamily::conditionalDetector, "ConditionalDetrForObjectDetection")
                .composite(ConditionalDetrFamily::anchored, "DabDetrModel")
                .composite(ConditionalDetrFamily::anchoredDetector, "DabDetrForObjectDetection");
    }

    /// How one of the two names the projections of an attention.
    private record Names(
            String query, String queryPosition, String key, String keyPosition, String value, String sine, String out) {
        static Names conditional(String prefix, String attention) {
            return new Names(
                    prefix + "_qcontent_proj",
                    prefix + "_qpos_proj",
                    prefix + "_kcontent_proj",
                    prefix + "_kpos_proj",
                    prefix + "_v_proj",
                    prefix + "_qpos_sine_proj",
                    attention + ".out_proj");
        }

        static Names anchored(String name) {
            return new Names(
                    name + "_query_content_proj",
                    name + "_query_pos_proj",
                    name + "_key_content_proj",
                    name + "_key_pos_proj",
                    name + "_value_proj",
                    name + "_query_pos_sine_proj",
                    name + ".output_proj");
        }
    }

    private static Attention attention(
            String name, Names names, long width, int headCount, boolean cross, boolean positioned) {
        List<Part> parts = new ArrayList<>();
        parts.add(part(Slot.QUERY, names.query(), width));
        parts.add(part(Slot.KEY, names.key(), width));
        parts.add(part(Slot.VALUE, names.value(), width));
        parts.add(part(Slot.OUTPUT, names.out(), width));
        parts.add(part(Slot.OTHER, names.keyPosition(), width));
        if (positioned) {
            parts.add(part(Slot.OTHER, names.queryPosition(), width));
        }
        if (cross) {
            parts.add(part(Slot.OTHER, names.sine(), width));
        }
        return Attention.of(
                name,
                Heads.of(headCount, headCount, width / headCount),
                cross ? Span.cross() : Span.bidirectional(),
                Rotary.NONE,
                parts);
    }

    private static Part part(Slot slot, String name, long width) {
        return new Part(slot, Linear.of(name, width, width, true));
    }

    private static Block conditional(Config config, Families families) {
        long width = config.size("d_model");
        var backbone = DetectionBackbone.frozen(config, families);
        BartLayer decoder = Detection.layer(config, "decoder", false);
        return Sequence.of(
                "",
                Sequence.of("backbone.conv_encoder.model", backbone.block()),
                Detection.positions(config, width),
                Convolution.plane("input_projection", backbone.channels().getLast(), width, 1, true),
                Repeat.of(
                        "encoder.layers",
                        config.count("encoder_layers"),
                        Detection.layer(config, "encoder", false).encoder()),
                Embedding.positions("query_position_embeddings", config.size("num_queries"), width),
                Sequence.of(
                        "decoder",
                        Repeat.of(
                                "layers",
                                config.count("decoder_layers"),
                                index -> decoder.decoder(
                                        attention(
                                                "",
                                                Names.conditional("sa", "self_attn"),
                                                width,
                                                decoder.headCount(),
                                                false,
                                                true),
                                        attention(
                                                "",
                                                Names.conditional("ca", "encoder_attn"),
                                                width,
                                                decoder.headCount(),
                                                true,
                                                index == 0))),
                        decoder.norm("layernorm"),
                        Detection.layers("query_scale", width, width, width, 2),
                        Detection.layers("ref_point_head", width, width, 2, 2)));
    }

    private static Block conditionalDetector(Config config, Families families) {
        long width = config.size("d_model");
        return Sequence.of(
                "",
                Sequence.of("model", conditional(config, families)),
                Linear.of("class_labels_classifier", width, Classifier.labels(config), true)
                        .as(Role.HEAD),
                Detection.boxes("bbox_predictor", width));
    }

    private static Block anchored(Config config, Families families) {
        long width = config.size("hidden_size");
        var backbone = DetectionBackbone.frozen(config, families);
        BartLayer encoder = Detection.layer(config, "encoder", false);
        boolean trained = config.text("activation_function", "prelu").equals("prelu");
        List<Block> blocks = new ArrayList<>();
        blocks.add(Sequence.of(
                backbone.timm() ? "backbone.conv_encoder.model._backbone" : "backbone.conv_encoder.model",
                backbone.block()));
        blocks.add(Convolution.plane("input_projection", backbone.channels().getLast(), width, 1, true));
        List<Block> encoding = new ArrayList<>(List.of(
                Repeat.of(
                        "layers",
                        config.count("encoder_layers"),
                        Sequence.of("", encoder.encoder(), slope("", trained))),
                Detection.layers("query_scale", width, width, width, 2)));
        if (config.flag("normalize_before", false)) {
            encoding.add(Norm.layer("norm", width, EPSILON));
        }
        blocks.add(Sequence.of("encoder", encoding));
        blocks.add(Embedding.of("query_refpoint_embeddings", config.size("num_queries"), config.size("query_dim")));
        if (config.size("num_patterns", 0) > 0) {
            blocks.add(Embedding.of("patterns", config.size("num_patterns"), width));
        }
        blocks.add(Sequence.of(
                "decoder",
                Repeat.of(
                        "layers",
                        config.count("decoder_layers"),
                        index -> anchoredLayer(
                                config, width, trained, index == 0 || config.flag("keep_query_pos", false))),
                Norm.layer("layernorm", width, EPSILON),
                Detection.layers("query_scale", width, width, width, 2),
                Detection.layers("ref_point_head", config.size("query_dim") / 2 * width, width, width, 2),
                Detection.layers("ref_anchor_head", width, width, 2, 2),
                Detection.boxes("bbox_embed", width)));
        return Sequence.of("", blocks);
    }

    /// The one number of a PReLU (arXiv:1502.01852).
    private static Block slope(String prefix, boolean trained) {
        return trained ? Table.of(prefix + "activation_fn.weight", 1) : Sequence.of("");
    }

    private static Block anchoredLayer(Config config, long width, boolean trained, boolean positioned) {
        BartLayer layer = Detection.layer(config, "decoder", false);
        int headCount = layer.headCount();
        return Sequence.of(
                "",
                Residual.normAfter(
                        attention("self_attn", Names.anchored("self_attn"), width, headCount, false, true),
                        layer.norm("self_attn.self_attn_layer_norm")),
                Residual.normAfter(
                        attention("cross_attn", Names.anchored("cross_attn"), width, headCount, true, positioned),
                        layer.norm("cross_attn.cross_attn_layer_norm")),
                Sequence.of(
                        "mlp",
                        slope("", trained),
                        Residual.normAfter(layer.feedForward(), layer.norm("final_layer_norm"))));
    }

    private static Block anchoredDetector(Config config, Families families) {
        long width = config.size("hidden_size");
        return Sequence.of(
                "",
                Sequence.of("model", anchored(config, families)),
                Linear.of("class_embed", width, Classifier.labels(config), true).as(Role.HEAD),
                new Tied(Detection.boxes("bbox_predictor", width), "model.decoder.bbox_embed"));
    }
}
