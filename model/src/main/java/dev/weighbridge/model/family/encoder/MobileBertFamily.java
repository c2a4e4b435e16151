package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
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
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertEmbeddings;
import dev.weighbridge.model.family.component.BertLayer;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.MaskedHead;
import java.util.ArrayList;
import java.util.List;

/// MobileBERT (arXiv:2004.02984): layers narrow to a bottleneck and hold several feed-forwards; norms are mere scales
/// and
/// shifts.
final class MobileBertFamily {
    private MobileBertFamily() {}

    static Family family() {
        return Family.named("mobilebert")
                .architecture(MobileBertFamily::pooled, "MobileBertModel")
                .backbone(MobileBertFamily::pooled, "mobilebert")
                .architecture(config -> headed(body(config), predictions(config)), "MobileBertForMaskedLM")
                .architecture(
                        config -> headed(pooled(config), classifier(config)), "MobileBertForSequenceClassification")
                .architecture(config -> headed(body(config), classifier(config)), "MobileBertForTokenClassification");
    }

    private static long inside(Config config) {
        String field = config.flag("use_bottleneck", true) ? "intra_bottleneck_size" : "hidden_size";
        return config.size("true_hidden_size", config.size(field));
    }

    private static Block body(Config config) {
        long hidden = config.size("hidden_size");
        long width = config.size("embedding_size");
        long joined = config.flag("trigram_input", true) ? 3 * width : width;
        Sequence embeddings = BertEmbeddings.of(config)
                .words(Embedding.of("word_embeddings", config.size("vocab_size"), width))
                .withoutNorm()
                .with(Linear.of("embedding_transformation", joined, hidden, true)
                        .as(Role.PROJECTION))
                .with(norm(config, "LayerNorm", hidden))
                .build();
        return Sequence.of("", embeddings, BertFamily.encoder(config, layer(config)));
    }

    private static Block layer(Config config) {
        long hidden = config.size("hidden_size");
        long inside = inside(config);
        boolean bottleneck = config.flag("use_bottleneck", true);
        int furtherCount = Math.max(0, config.count("num_feedforward_networks", 4) - 1);
        List<Block> blocks = new ArrayList<>();
        if (bottleneck) {
            blocks.add(narrow(config, "bottleneck.input"));
            if (config.flag("key_query_shared_bottleneck", true)) {
                blocks.add(narrow(config, "bottleneck.attention"));
            }
        }
        blocks.add(Residual.normAfter(attention(config, inside), norm(config, "attention.output.LayerNorm", inside)));
        blocks.add(Repeat.of(
                "ffn",
                furtherCount,
                Residual.normAfter(feedForward(config, inside), norm(config, "output.LayerNorm", inside))));
        blocks.add(Residual.normAfter(feedForward(config, inside), norm(config, "output.LayerNorm", inside)));
        if (bottleneck) {
            blocks.add(Residual.normAfter(
                    Linear.of("output.bottleneck.dense", inside, hidden, true).as(Role.FEED_FORWARD),
                    norm(config, "output.bottleneck.LayerNorm", hidden)));
        }
        return Sequence.of("", blocks);
    }

    private static Block narrow(Config config, String name) {
        long narrow = config.size("intra_bottleneck_size");
        return Sequence.of(
                name,
                Linear.of("dense", config.size("hidden_size"), narrow, true).as(Role.FEED_FORWARD),
                norm(config, "LayerNorm", narrow));
    }

    /// Values come from the wide stream unless the bottleneck serves them as well.
    private static Block attention(Config config, long inside) {
        int headCount = config.count("num_attention_heads");
        if (headCount == 0) {
            throw config.malformed("num_attention_heads", "must not be 0");
        }
        long valueIn = config.flag("use_bottleneck_attention") ? inside : config.size("hidden_size");
        Heads heads = Heads.of(headCount, headCount, inside / headCount);
        return Attention.of(
                "attention",
                heads,
                Span.bidirectional(),
                Rotary.NONE,
                List.of(
                        new Part(Slot.QUERY, Linear.of("self.query", inside, heads.queryWidth(), true)),
                        new Part(Slot.KEY, Linear.of("self.key", inside, heads.keyWidth(), true)),
                        new Part(Slot.VALUE, Linear.of("self.value", valueIn, heads.valueWidth(), true)),
                        new Part(Slot.OUTPUT, Linear.of("output.dense", inside, inside, true))));
    }

    private static Block feedForward(Config config, long inside) {
        return FeedForwards.plain(
                "",
                inside,
                config.size("intermediate_size"),
                config.text("hidden_act"),
                true,
                "intermediate.dense",
                "output.dense");
    }

    private static Norm norm(Config config, String name, long width) {
        Norm norm = BertLayer.norm(name, width, config.number("layer_norm_eps", 1e-12));
        return config.text("normalization_type", "no_norm").equals("no_norm") ? norm.by(Norm.Kind.AFFINE) : norm;
    }

    private static Block pooled(Config config) {
        return config.flag("classifier_activation", true)
                ? Sequence.of("", body(config), BertHeads.pooler(config))
                : body(config);
    }

    /// The decoder is the narrow embedding and, for the rest of the hidden size, a matrix stored input first.
    private static Block predictions(Config config) {
        long hidden = config.size("hidden_size");
        long width = config.size("embedding_size");
        long vocabulary = config.size("vocab_size");
        if (width > hidden) {
            throw config.malformed("embedding_size", "must not exceed hidden_size, " + hidden);
        }
        return MaskedHead.of(
                config,
                "cls.predictions",
                width,
                "mobilebert.embeddings.word_embeddings",
                Linear.of("transform.dense", hidden, hidden, true).as(Role.HEAD),
                BertLayer.norm("transform.LayerNorm", hidden, config.number("layer_norm_eps", 1e-12)),
                Linear.of("dense", hidden - width, vocabulary)
                        .storedInputFirst()
                        .as(Role.HEAD));
    }

    private static Linear classifier(Config config) {
        return Classifier.linear(config, "classifier", config.size("hidden_size"), true);
    }

    private static Block headed(Block model, Block head) {
        return Sequence.of("", Sequence.of("mobilebert", model), head);
    }
}
