package dev.weighbridge.model.family.detection;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BartLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Grounding DINO (arXiv:2303.05499) and MM Grounding DINO (arXiv:2401.02361): a deformable detector whose encoder and
/// decoder also read the words of a prompt.
final class GroundingDinoFamily {
    private static final long GROUPS = 32;

    private GroundingDinoFamily() {}

    static Family family() {
        return Family.named("grounding-dino")
                .composite((config, families) -> model(config, families, false), "GroundingDinoModel")
                .composite((config, families) -> model(config, families, true), "MMGroundingDinoModel")
                .composite(GroundingDinoFamily::detector, "GroundingDinoForObjectDetection");
    }

    /// The boxes of all decoder layers come from one head where they share it.
    private static Block detector(Config config, Families families) {
        boolean shared = config.flag("decoder_bbox_embed_share", true);
        int layers = config.count("decoder_layers");
        Block head = Detection.boxes("", config.size("d_model"));
        Block heads = shared
                ? Sequence.of(
                        "",
                        IntStream.range(0, layers)
                                .mapToObj(index -> {
                                    Block one = Sequence.of("bbox_embed." + index, head);
                                    return index == 0 ? one : new Tied(one, "bbox_embed.0");
                                })
                                .toList())
                : Repeat.of("bbox_embed", layers, head);
        return Sequence.of("", Sequence.of("model", model(config, families, false)), heads);
    }

    private static Block model(Config config, Families families, boolean biasedContrast) {
        long width = config.size("d_model");
        double epsilon = config.number("layer_norm_eps", 1e-5);
        Config vision = config.part("backbone_config");
        if (!vision.text("model_type", "").equals("swin")) {
            throw new UnsupportedException(
                    "no family knows Grounding DINO over the backbone " + vision.text("model_type", "without a name"),
                    "give the model's files instead of its config alone: tensors can always be counted");
        }
        Config text = config.part("text_config");
        List<Block> blocks = new ArrayList<>();
        blocks.add(Sequence.tower(
                Tower.VISION,
                "backbone.conv_encoder.model",
                families.whole(vision.with("architectures", List.of("SwinBackbone")))));
        blocks.add(inputs(vision, width, config.count("num_feature_levels")));
        blocks.add(Sequence.tower(Tower.TEXT, "text_backbone", words(families.backbone(text))));
        blocks.add(Linear.of("text_projection", text.size("hidden_size"), width, true));
        blocks.add(Table.of("level_embed", config.size("num_feature_levels"), width));
        blocks.add(Repeat.of("encoder.layers", config.count("encoder_layers"), encoderLayer(config, width, epsilon)));
        boolean twoStage = config.flag("two_stage", true);
        if (twoStage) {
            blocks.add(Linear.of("enc_output", width, width, true));
            blocks.add(Norm.layer("enc_output_norm", width, epsilon));
            blocks.add(Detection.boxes("encoder_output_bbox_embed", width));
            if (biasedContrast) {
                blocks.add(Table.of("encoder_output_class_embed.bias"));
            }
        } else {
            blocks.add(Embedding.of("reference_points", config.size("num_queries"), 4));
        }
        if (!twoStage || config.flag("embedding_init_target", true)) {
            blocks.add(Embedding.positions("query_position_embeddings", config.size("num_queries"), width));
        }
        blocks.add(Sequence.of(
                "decoder",
                Repeat.of("layers", config.count("decoder_layers"), decoderLayer(config, width)),
                Norm.layer("layer_norm", width, epsilon),
                Detection.layers("reference_points_head", config.size("query_dim") / 2 * width, width, width, 2)));
        return Sequence.of("", blocks);
    }

    /// The language model without the pooler that its bare class has: every word is read.
    private static Block words(Block model) {
        return model instanceof Sequence sequence
                ? new Sequence(
                        sequence.name(),
                        sequence.tower(),
                        sequence.children().stream()
                                .filter(child -> !child.name().startsWith("pooler"))
                                .toList())
                : model;
    }

    private static Block inputs(Config vision, long width, int levels) {
        List<Long> channels = vision.texts("out_features").stream()
                .filter(name -> name.matches("stage[1-9]"))
                .map(name -> vision.size("embed_dim") << (name.charAt("stage".length()) - '1'))
                .toList();
        if (channels.isEmpty()) {
            throw vision.malformed("out_features", "must name the stages that are read");
        }
        return Repeat.of("input_proj_vision", Math.max(levels, channels.size()), level -> {
            boolean own = level < channels.size();
            long in = own ? channels.get(level) : level == channels.size() ? channels.getLast() : width;
            return Sequence.of(
                    "",
                    Convolution.plane("0", in, width, own ? 1 : 3, true).strided(own ? 1 : 2),
                    Norm.group("1", width).grouped(GROUPS));
        });
    }

    /// Image and words read each other, then each reads itself.
    private static Block encoderLayer(Config config, long width, double epsilon) {
        long inner = config.size("encoder_ffn_dim") / 2;
        BartLayer deformable = Detection.layer(config, "encoder", false);
        Block enhancer = Sequence.of(
                "text_enhancer_layer",
                Residual.normAfter(
                        attention("self_attn", width, Math.max(1, deformable.headCount() / 2), Span.bidirectional()),
                        Norm.layer("layer_norm_before", width, epsilon)),
                Residual.normAfter(
                        FeedForwards.plain(
                                "",
                                deformable.activation(),
                                Linear.of("fc1", width, inner, true),
                                Linear.of("fc2", inner, width, true)),
                        Norm.layer("layer_norm_after", width, epsilon)));
        Block fusion = Sequence.of(
                "fusion_layer",
                Norm.layer("layer_norm_vision", width, epsilon),
                Norm.layer("layer_norm_text", width, epsilon),
                Sequence.of(
                        "attn",
                        projection("vision_proj", width, inner),
                        projection("text_proj", width, inner),
                        projection("values_vision_proj", width, inner),
                        projection("values_text_proj", width, inner),
                        projection("out_vision_proj", inner, width),
                        projection("out_text_proj", inner, width)),
                Table.of("vision_param", width),
                Table.of("text_param", width));
        return Sequence.of(
                "",
                fusion,
                enhancer,
                Sequence.of("deformable_layer", deformable.of(sampled(config, "encoder", "self_attn", width))));
    }

    private static Linear projection(String name, long in, long out) {
        return Linear.of(name, in, out, true).as(Role.ATTENTION);
    }

    private static Block attention(String name, long width, int headCount, Span span) {
        return GroupedAttention.of(width, Heads.of(headCount, headCount, width / headCount))
                .named(name)
                .projections("query", "key", "value", "out_proj")
                .bias(true, true)
                .span(span)
                .build();
    }

    private static Block sampled(Config config, String side, String name, long width) {
        long points = Math.multiplyExact(
                Math.multiplyExact(config.size(side + "_attention_heads"), config.size("num_feature_levels")),
                config.size(side + "_n_points"));
        return Detection.deformable(name, width, points, Detection.values(width));
    }

    private static Block decoderLayer(Config config, long width) {
        BartLayer layer = Detection.layer(config, "decoder", false);
        return Sequence.of(
                "",
                layer.around(
                        attention("self_attn", width, layer.headCount(), Span.bidirectional()), "self_attn_layer_norm"),
                layer.around(
                        attention("encoder_attn_text", width, layer.headCount(), Span.cross()),
                        "encoder_attn_text_layer_norm"),
                layer.around(sampled(config, "decoder", "encoder_attn", width), "encoder_attn_layer_norm"),
                layer.around(layer.feedForward(), "final_layer_norm"));
    }
}
