package dev.weighbridge.model.family.image;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.FeedForward;
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
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Channels;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.NormedConvolution;
import java.util.ArrayList;
import java.util.List;

/// LeViT (arXiv:2104.01136): attention with learned biases by distance and batch norms, shrinking between stages.
final class LevitFamily {
    private static final long SHRINKING_ATTENTION_RATIO = 4;
    private static final long SHRINKING_FEED_FORWARD_RATIO = 2;
    private static final long SHRINKING_STRIDE = 2;

    private LevitFamily() {}

    static Family family() {
        return Family.named("levit")
                .architecture(LevitFamily::model, "LevitModel")
                .architecture(config -> classifier(config, "classifier"), "LevitForImageClassification")
                .architecture(
                        config -> classifier(config, "classifier", "classifier_distill"),
                        "LevitForImageClassificationWithTeacher")
                .backbone(LevitFamily::model, "levit");
    }

    private static Block classifier(Config config, String... heads) {
        long width = Channels.last(config, "hidden_sizes");
        List<Block> blocks = new ArrayList<>();
        blocks.add(Sequence.of("levit", model(config)));
        if (Classifier.labels(config) > 0) {
            for (String head : heads) {
                blocks.add(Sequence.of(
                        head,
                        Norm.batch("batch_norm", width),
                        Linear.of("linear", width, Classifier.labels(config), true)
                                .as(Role.HEAD)));
            }
        }
        return Sequence.of("", blocks);
    }

    private static Block model(Config config) {
        List<Long> widths = config.integers("hidden_sizes");
        int stages = config.integers("depths").size();
        long first = Channels.stages(config, "hidden_sizes", stages).get(0);
        long patch = config.size("patch_size");
        if (patch == 0) {
            throw config.malformed("patch_size", "must not be 0");
        }
        long resolution = config.size("image_size") / patch;
        List<Block> layers = new ArrayList<>();
        for (int stage = 0; stage < stages; stage++) {
            layers.add(stage(config, widths, stage, stage == stages - 1, resolution));
            resolution = (resolution - 1) / SHRINKING_STRIDE + 1;
        }
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of(
                        "patch_embeddings",
                        embedding(config, 1, config.size("num_channels", 3), first / 8),
                        embedding(config, 2, first / 8, first / 4),
                        embedding(config, 3, first / 4, first / 2),
                        embedding(config, 4, first / 2, first)),
                Repeat.of("encoder.stages", stages, layers::get));
    }

    private static Block embedding(Config config, int number, long in, long out) {
        return NormedConvolution.of(in, out, config.size("kernel_size"))
                .strided(config.size("stride"))
                .named("embedding_layer_" + number, "convolution", "batch_norm");
    }

    private static Block stage(Config config, List<Long> widths, int stage, boolean last, long resolution) {
        long width = widths.get(stage);
        long keyDim = Channels.stages(config, "key_dim", stage + 1).get(stage);
        int headCount = Channels.depth(config, "num_attention_heads", stage);
        long ratio = Channels.stages(config, "mlp_ratio", stage + 1).get(stage);
        var heads = new Heads(
                headCount,
                headCount,
                keyDim,
                keyDim * Channels.stages(config, "attention_ratio", stage + 1).get(stage),
                0,
                0);
        Block attention = Residual.of(attention(heads, width, width, resolution, "module", false));
        Block feedForward = Residual.of(feedForward(width, ratio * width));
        List<Block> layers = new ArrayList<>();
        for (int i = 0; i < Channels.depth(config, "depths", stage); i++) {
            layers.add(attention);
            if (ratio > 0) {
                layers.add(feedForward);
            }
        }
        if (!last) {
            long next = widths.get(stage + 1);
            long narrow = config.integers("key_dim").get(0);
            if (narrow == 0) {
                throw config.malformed("key_dim", "must not be 0");
            }
            int shrinkingHeads = (int) Math.min(width / narrow, Config.MAX_COUNT);
            layers.add(attention(
                    new Heads(shrinkingHeads, shrinkingHeads, narrow, SHRINKING_ATTENTION_RATIO * narrow, 0, 0),
                    width,
                    next,
                    resolution,
                    "",
                    true));
            layers.add(Residual.of(feedForward(next, SHRINKING_FEED_FORWARD_RATIO * next)));
        }
        return Repeat.of("layers", layers.size(), layers::get);
    }

    private static Attention attention(
            Heads heads, long in, long out, long resolution, String name, boolean shrinking) {
        List<Part> parts = new ArrayList<>();
        long keysAndValues = heads.keyWidth() + heads.valueWidth();
        if (shrinking) {
            parts.add(new Part(Slot.KEY_VALUE, normed("keys_values", in, keysAndValues)));
            parts.add(new Part(Slot.QUERY, normed("queries", in, heads.queryWidth())));
        } else {
            parts.add(new Part(
                    Slot.QUERY_KEY_VALUE, normed("queries_keys_values", in, heads.queryWidth() + keysAndValues)));
        }
        parts.add(new Part(Slot.OUTPUT, normed("projection", heads.valueWidth(), out)));
        parts.add(new Part(
                Slot.POSITION_BIAS,
                Table.positions("attention_biases", heads.headCount(), Math.multiplyExact(resolution, resolution))));
        return Attention.of(name, heads, Span.bidirectional(), Rotary.NONE, parts);
    }

    private static Block feedForward(long width, long inner) {
        return new FeedForward(
                "module",
                width,
                inner,
                Activation.of("hardswish"),
                false,
                List.of(
                        new Part(Slot.UP, normed("linear_up", width, inner)),
                        new Part(Slot.DOWN, normed("linear_down", inner, width))));
    }

    private static Block normed(String name, long in, long out) {
        return Sequence.of(name, Linear.of("linear", in, out), Norm.batch("batch_norm", out));
    }
}
