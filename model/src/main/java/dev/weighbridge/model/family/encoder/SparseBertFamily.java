package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertEmbeddings;
import dev.weighbridge.model.family.component.BertLayer;
import dev.weighbridge.model.family.component.Classifier;
import java.util.List;

/// Encoders that thin out attention over long inputs: BigBird (arXiv:2007.14062) and Longformer (arXiv:2004.05150) by
/// windows and a few positions that see everything, Nyströmformer (arXiv:2102.03902) by landmarks, YOSO
/// (arXiv:2111.09714)
/// by hashing, MRA (arXiv:2207.10284) by resolutions.
final class SparseBertFamily {
    /// Rows of the position table that no position uses.
    private static final int POSITION_OFFSET = 2;

    private SparseBertFamily() {}

    static Family family() {
        Family family = Family.named("sparse-bert");
        BertHeads bigBird = BertHeads.of("bert", SparseBertFamily::bigBird).pooler("pooler");
        bigBird.keepingPooler()
                .addWithDeepClassifier(family, "BigBird", "big_bird")
                .architecture(config -> bigBird.plain(config, bigBirdAnswer(config)), "BigBirdForQuestionAnswering");
        BertHeads.of("nystromformer", SparseBertFamily::nystromformer)
                .pooler("")
                .addWithDeepClassifier(family, "Nystromformer", "nystromformer");
        BertHeads.of("yoso", SparseBertFamily::yoso).pooler("").addWithDeepClassifier(family, "Yoso", "yoso");
        BertHeads.of("mra", SparseBertFamily::mra).pooler("").addWithDeepClassifier(family, "Mra", "mra");
        new RobertaHeads("longformer", SparseBertFamily::longformer, false).addTo(family, "Longformer", "longformer");
        return family;
    }

    /// A query block sees three neighbouring blocks, the first and the last, and some chosen at random.
    private static Block bigBird(Config config) {
        boolean bias = config.flag("use_bias", true);
        BertLayer layer = BertLayer.either(config).attention(attention -> attention.bias(bias, true));
        if (config.text("attention_type", "block_sparse").equals("block_sparse") && !config.flag("is_decoder")) {
            long blocks = 5 + config.size("num_random_blocks", 3);
            layer.span(new Span(Span.Kind.BIDIRECTIONAL_WINDOW, blocks * config.size("block_size", 64)));
        }
        return Sequence.of("", BertEmbeddings.of(config).build(), BertFamily.encoder(config, layer.build()));
    }

    private static Block bigBirdAnswer(Config config) {
        long hidden = config.size("hidden_size");
        return Sequence.of(
                "qa_classifier",
                Residual.normAfter(
                        BertLayer.of(config).feedForward(),
                        BertLayer.norm("output.LayerNorm", hidden, config.number("layer_norm_eps", 1e-12))),
                Classifier.linear(config, "qa_outputs", hidden, true));
    }

    private static Block longformer(Config config, Block words) {
        long hidden = config.size("hidden_size");
        int layerCount = config.count("num_hidden_layers");
        long[] windows = config.sizes("attention_window", layerCount);
        return Sequence.of(
                "",
                BertEmbeddings.of(config).words(words).build(),
                Sequence.of(
                        "encoder",
                        Repeat.of(
                                "layer",
                                layerCount,
                                index -> BertLayer.of(config)
                                        .span(new Span(Span.Kind.BIDIRECTIONAL_WINDOW, windows[index]))
                                        .attention(attention -> attention
                                                .with(Slot.OTHER, Linear.of("self.query_global", hidden, hidden, true))
                                                .with(Slot.OTHER, Linear.of("self.key_global", hidden, hidden, true))
                                                .with(Slot.OTHER, Linear.of("self.value_global", hidden, hidden, true)))
                                        .build())));
    }

    private static Block nystromformer(Config config) {
        return convolved(config, "conv_kernel_size");
    }

    private static Block yoso(Config config) {
        return convolved(config, "conv_window");
    }

    private static Block mra(Config config) {
        Table positions = Table.buffer("position_ids", 1, config.size("max_position_embeddings"));
        return offset(config, BertLayer.of(config).build(), positions);
    }

    /// Values pass a convolution along the sequence, one kernel a head, where `field` gives its width.
    private static Block convolved(Config config, String field) {
        BertLayer layer = BertLayer.of(config);
        if (config.has(field)) {
            long heads = config.count("num_attention_heads");
            var kernel = List.of(config.size(field), 1L);
            layer.attention(attention -> attention.with(
                    Slot.CONVOLUTION,
                    Convolution.volume("self.conv", heads, heads, kernel, false)
                            .grouped(heads)
                            .as(Role.OTHER)));
        }
        return offset(config, layer.build());
    }

    private static Block offset(Config config, Block layer, Block... further) {
        long rows = config.size("max_position_embeddings") + POSITION_OFFSET;
        var embeddings = BertEmbeddings.of(config)
                .withoutPositions()
                .with(Embedding.positions("position_embeddings", rows, config.size("hidden_size")));
        for (Block block : further) {
            embeddings.with(block);
        }
        return Sequence.of("", embeddings.build(), BertFamily.encoder(config, layer));
    }
}
