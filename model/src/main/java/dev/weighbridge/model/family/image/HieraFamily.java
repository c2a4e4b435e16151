package dev.weighbridge.model.family.image;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Channels;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import java.util.List;

/// Hiera (arXiv:2306.00989): attention within units in the first stages, queries pooled between stages, and nothing
/// else.
final class HieraFamily {
    private HieraFamily() {}

    static Family family() {
        return Family.named("hiera")
                .architecture(HieraFamily::pooled, "HieraModel")
                .architecture(
                        config -> Classifier.image(
                                config, "hiera", pooled(config), "classifier", width(config, stages(config) - 1)),
                        "HieraForImageClassification")
                .backbone(HieraFamily::model, "hiera");
    }

    private static int stages(Config config) {
        return config.integers("depths").size();
    }

    private static long width(Config config, int stage) {
        return (long) (config.size("embed_dim") * Math.pow(config.number("embed_dim_multiplier", 2), stage));
    }

    private static Block pooled(Config config) {
        return Sequence.of(
                "",
                model(config),
                Norm.layer(
                        "pooler.layernorm", width(config, stages(config) - 1), config.number("layer_norm_eps", 1e-6)));
    }

    private static Block model(Config config) {
        long[] image = config.sizes("image_size", 2);
        long[] patch = config.sizes("patch_size", 2);
        long[] stride = config.sizes("patch_stride", 2);
        long[] unit = config.sizes("masked_unit_size", 2);
        long[] pool = config.sizes("query_stride", 2);
        if (stride[0] == 0 || stride[1] == 0 || pool[0] == 0 || pool[1] == 0) {
            throw config.malformed("patch_stride", "and query_stride must not be 0");
        }
        long count = Math.multiplyExact(image[0] / stride[0], image[1] / stride[1]);
        long first = config.size("embed_dim");
        List<?> masked = config.items("masked_unit_attention");
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of(
                        "embeddings",
                        Convolution.volume(
                                        "patch_embeddings.projection",
                                        config.size("num_channels", 3),
                                        first,
                                        List.of(patch[0], patch[1]),
                                        true)
                                .strided(stride[0]),
                        Table.positions("position_embeddings", 1, count, first)),
                Repeat.of("encoder.stages", stages(config), stage -> {
                    long in = stage == 0 ? first : width(config, stage - 1);
                    long out = width(config, stage);
                    long window = (long) (unit[0] * unit[1] * Math.pow(pool[0] * pool[1], -stage));
                    boolean own = isTrue(masked, stage);
                    boolean previous = isTrue(masked, Math.max(0, stage - 1));
                    int headCount = Channels.depth(config, "num_heads", stage);
                    Block equal = layer(config, out, out, headCount, own ? window : 0);
                    return Repeat.of(
                            "layers",
                            Channels.depth(config, "depths", stage),
                            index -> index > 0
                                    ? equal
                                    : layer(config, in, out, headCount, own || previous ? window : 0));
                }));
    }

    private static boolean isTrue(List<?> values, int index) {
        return index < values.size() && Boolean.TRUE.equals(values.get(index));
    }

    private static Block layer(Config config, long in, long out, int headCount, long window) {
        double epsilon = config.number("layer_norm_eps", 1e-6);
        Norm before = Norm.layer("layernorm_before", in, epsilon);
        Norm after = Norm.layer("layernorm_after", out, epsilon);
        Attention attention = GroupedAttention.of(in, EncoderLayer.heads(config, out, headCount))
                .named("attn")
                .projections("", "", "", "proj")
                .into(out)
                .bias(true, true)
                .span(window == 0 ? Span.bidirectional() : Span.bidirectionalChunk(window))
                .buildFused("qkv");
        FeedForward feedForward = FeedForwards.plain(
                "mlp", out, (long) (out * config.number("mlp_ratio")), config.text("hidden_act"), true, "fc1", "fc2");
        return in == out
                ? EncoderLayer.of(before, attention, after, feedForward)
                : Sequence.of(
                        "",
                        before,
                        Parallel.of(Linear.of("proj", in, out, true), attention),
                        Residual.of(after, feedForward));
    }
}
