package dev.weighbridge.model.family.detection;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
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
import java.util.stream.IntStream;

/// Deformable DETR (arXiv:2010.04159): attention to sampled points of maps at several scales.
final class DeformableDetrFamily {
    private static final int BACKBONE_LEVELS = 3;
    private static final long GROUPS = 32;

    private DeformableDetrFamily() {}

    static Family family() {
        return Family.named("deformable-detr")
                .composite(DeformableDetrFamily::model, "DeformableDetrModel")
                .composite(DeformableDetrFamily::detector, "DeformableDetrForObjectDetection");
    }

    private static Block model(Config config, Families families) {
        return Sequence.of("", blocks(config, families));
    }

    private static List<Block> blocks(Config config, Families families) {
        long width = config.size("d_model");
        var backbone = DetectionBackbone.frozen(config, families);
        int levels = config.count("num_feature_levels");
        BartLayer encoder = Detection.layer(config, "encoder", false);
        BartLayer decoder = Detection.layer(config, "decoder", false);
        boolean twoStage = config.flag("two_stage", false);
        List<Block> blocks = new ArrayList<>();
        blocks.add(Sequence.of("backbone.conv_encoder.model", backbone.block()));
        blocks.add(Detection.positions(config, width));
        blocks.add(inputs(backbone.channels(), width, levels));
        blocks.add(Table.of("level_embed", levels, width));
        blocks.add(Repeat.of(
                "encoder.layers",
                config.count("encoder_layers"),
                encoder.of(deformable(config, "encoder", "self_attn", width))));
        if (twoStage) {
            blocks.add(Linear.of("enc_output", width, width, true));
            blocks.add(Norm.layer("enc_output_norm", width, 1e-5));
            blocks.add(Linear.of("pos_trans", 2 * width, 2 * width, true));
            blocks.add(Norm.layer("pos_trans_norm", 2 * width, 1e-5));
        } else {
            blocks.add(Embedding.positions("query_position_embeddings", config.size("num_queries"), 2 * width));
            blocks.add(Linear.of("reference_points", width, 2, true));
        }
        blocks.add(Repeat.of(
                "decoder.layers",
                config.count("decoder_layers"),
                decoder.decoder(
                        decoder.attention("self_attn", Span.bidirectional()),
                        deformable(config, "decoder", "encoder_attn", width))));
        return blocks;
    }

    private static Block deformable(Config config, String side, String name, long width) {
        long points = Math.multiplyExact(
                Math.multiplyExact(config.size(side + "_attention_heads"), config.size("num_feature_levels")),
                config.size(side + "_n_points"));
        return Detection.deformable(name, width, points, Detection.values(width));
    }

    /// A projection for each map of the backbone, and a strided one for each further map.
    private static Block inputs(List<Long> channels, long width, int levels) {
        int own = levels > 1 ? Math.min(BACKBONE_LEVELS, channels.size()) : 1;
        List<Long> read = channels.subList(channels.size() - own, channels.size());
        return Repeat.of("input_proj", Math.max(own, levels), level -> {
            long in = level < own ? read.get(level) : level == own ? read.getLast() : width;
            Convolution projection =
                    Convolution.plane("0", in, width, level < own ? 1 : 3, true).strided(level < own ? 1 : 2);
            return Sequence.of("", projection, Norm.group("1", width).grouped(GROUPS));
        });
    }

    /// The heads of all layers are one without refinement of the boxes; with it, each layer's is its own and the
    /// decoder holds them.
    private static Block detector(Config config, Families families) {
        boolean refined = config.flag("with_box_refine", false);
        boolean twoStage = config.flag("two_stage", false);
        int count = config.count("decoder_layers") + (twoStage ? 1 : 0);
        long width = config.size("d_model");
        Block classes = Linear.of("", width, Classifier.labels(config), true).as(Role.HEAD);
        Block boxes = Detection.boxes("", width);
        List<Block> model = new ArrayList<>(blocks(config, families));
        if (refined) {
            model.add(Repeat.of("decoder.bbox_embed", count, boxes));
        }
        if (twoStage) {
            model.add(Repeat.of("decoder.class_embed", count, classes));
        }
        return Sequence.of(
                "",
                Sequence.of("model", model),
                heads("class_embed", classes, count, twoStage, refined),
                heads("bbox_embed", boxes, count, refined, refined));
    }

    private static Block heads(String name, Block head, int count, boolean inDecoder, boolean own) {
        if (inDecoder) {
            return new Tied(Repeat.of(name, count, head), "model.decoder." + name);
        }
        if (own) {
            return Repeat.of(name, count, head);
        }
        return Sequence.of(
                "",
                IntStream.range(0, count)
                        .mapToObj(index -> {
                            Block one = Sequence.of(name + "." + index, head);
                            return index == 0 ? one : new Tied(one, name + ".0");
                        })
                        .toList());
    }
}
