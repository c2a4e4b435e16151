package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertLayer;
import dev.weighbridge.model.family.component.Classifier;
import java.util.ArrayList;
import java.util.List;

/// CANINE (arXiv:2103.06874): characters instead of tokens, each hashed into several tables, a local layer and a
/// strided
/// convolution down to a shorter sequence, and back.
final class CanineFamily {
    private CanineFamily() {}

    static Family family() {
        return Family.named("canine")
                .architecture(CanineFamily::model, "CanineModel")
                .backbone(CanineFamily::model, "canine")
                .architecture(
                        config -> Classifier.tokens(config, "canine", model(config)),
                        "CanineForTokenClassification",
                        "CanineForSequenceClassification");
    }

    private static Block model(Config config) {
        long hidden = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps", 1e-12);
        int hashes = config.count("num_hash_functions");
        if (hashes == 0) {
            throw config.malformed("num_hash_functions", "must not be 0");
        }
        long buckets = config.size("num_hash_buckets");
        long rate = config.size("downsampling_rate");
        List<Block> characters = new ArrayList<>();
        for (int i = 0; i < hashes; i++) {
            characters.add(Embedding.of("HashBucketCodepointEmbedder_" + i, buckets, hidden / hashes));
        }
        characters.add(Embedding.positions("char_position_embeddings", buckets, hidden));
        characters.add(Embedding.of("token_type_embeddings", config.size("type_vocab_size"), hidden));
        characters.add(BertLayer.norm("LayerNorm", hidden, epsilon));
        Span near = new Span(Span.Kind.BIDIRECTIONAL_WINDOW, 2 * config.size("local_transformer_stride"));
        Block whole = BertLayer.of(config).build();
        return Sequence.of(
                "",
                Sequence.of("char_embeddings", characters),
                Repeat.of(
                        "initial_char_encoder.layer",
                        1,
                        BertLayer.of(config).span(near).build()),
                Sequence.of(
                        "chars_to_molecules",
                        Convolution.line("conv", hidden, hidden, rate, true).strided(Math.max(1, rate)),
                        BertLayer.norm("LayerNorm", hidden, epsilon)),
                BertFamily.encoder(config, whole),
                Sequence.of(
                        "projection",
                        Convolution.line("conv", 2 * hidden, hidden, config.size("upsampling_kernel_size"), true),
                        BertLayer.norm("LayerNorm", hidden, epsilon)),
                Repeat.of("final_char_encoder.layer", 1, whole),
                BertHeads.pooler(config));
    }
}
