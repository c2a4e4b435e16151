package dev.weighbridge.model.family.image;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Channels;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.NormedConvolution;
import java.util.ArrayList;
import java.util.List;

/// CvT (arXiv:2103.15808): queries, keys and values each pass a depthwise convolution before they are projected.
final class CvtFamily {
    private static final double EPSILON = 1e-5;

    private CvtFamily() {}

    static Family family() {
        return Family.named("cvt")
                .architecture(CvtFamily::model, "CvtModel")
                .architecture(CvtFamily::classifier, "CvtForImageClassification")
                .backbone(CvtFamily::model, "cvt");
    }

    private static Block classifier(Config config) {
        long width = Channels.last(config, "embed_dim");
        return Sequence.of(
                "",
                Sequence.of("cvt", model(config)),
                Norm.layer("layernorm", width, EPSILON),
                Classifier.optional(config, "classifier", width));
    }

    private static Block model(Config config) {
        List<Long> widths = config.integers("embed_dim");
        int stages = config.integers("depth").size();
        return Sequence.tower(Tower.VISION, "", Repeat.of("encoder.stages", stages, stage -> {
            long in = stage == 0 ? config.size("num_channels", 3) : widths.get(stage - 1);
            long out = Channels.stages(config, "embed_dim", stages).get(stage);
            List<Block> blocks = new ArrayList<>();
            if (flag(config, "cls_token", stage)) {
                blocks.add(EncoderLayer.token("cls_token", out));
            }
            blocks.add(Sequence.of(
                    "embedding.convolution_embeddings",
                    Convolution.plane(
                                    "projection",
                                    in,
                                    out,
                                    Channels.stages(config, "patch_sizes", stages)
                                            .get(stage),
                                    true)
                            .strided(Channels.stages(config, "patch_stride", stages)
                                    .get(stage)),
                    Norm.layer("normalization", out, EPSILON)));
            blocks.add(Repeat.of("layers", Channels.depth(config, "depth", stage), layer(config, stage, out)));
            return Sequence.of("", blocks);
        }));
    }

    private static boolean flag(Config config, String field, int stage) {
        List<?> values = config.items(field);
        return stage < values.size() && Boolean.TRUE.equals(values.get(stage));
    }

    private static Block layer(Config config, int stage, long width) {
        var attention = GroupedAttention.of(
                        width, EncoderLayer.heads(config, width, Channels.depth(config, "num_heads", stage)))
                .named("attention")
                .projections(
                        "attention.projection_query",
                        "attention.projection_key",
                        "attention.projection_value",
                        "output.dense")
                .bias(flag(config, "qkv_bias", stage), true)
                .span(Span.bidirectional());
        List<String> methods = config.texts("qkv_projection_method");
        String method = stage < methods.size() ? methods.get(stage) : "dw_bn";
        if (method.equals("dw_bn")) {
            long kernel = Channels.stages(config, "kernel_qkv", stage + 1).get(stage);
            for (String part : List.of("query", "key", "value")) {
                long stride = Channels.stages(config, part.equals("query") ? "stride_q" : "stride_kv", stage + 1)
                        .get(stage);
                attention.with(
                        Slot.CONVOLUTION,
                        NormedConvolution.depthwise(width, kernel)
                                .strided(stride)
                                .named("attention.convolution_projection_" + part + ".convolution_projection"));
            }
        }
        Attention built = attention.build();
        List<Double> ratios = config.numbers("mlp_ratio");
        if (ratios.size() <= stage) {
            throw config.malformed("mlp_ratio", "must have one entry for each stage");
        }
        return EncoderLayer.of(
                Norm.layer("layernorm_before", width, EPSILON),
                built,
                Norm.layer("layernorm_after", width, EPSILON),
                FeedForwards.plain(
                        "",
                        width,
                        (long) (width * ratios.get(stage)),
                        "gelu",
                        true,
                        "intermediate.dense",
                        "output.dense"));
    }
}
