package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertEmbeddings;
import dev.weighbridge.model.family.component.BertLayer;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.GroupedAttention;
import java.util.ArrayList;
import java.util.List;

/// RoFormer (arXiv:2104.09864), which introduced rotary positions, and RemBERT (arXiv:2010.12821), whose output
/// embedding is
/// wider than its input embedding.
final class RoformerFamily {
    private RoformerFamily() {}

    static Family family() {
        Family family = Family.named("roformer");
        BertHeads.of("roformer", RoformerFamily::roformer)
                .pooler("")
                .width("embedding_size")
                .addWithDeepClassifier(family, "RoFormer", "roformer");
        BertHeads rembert = BertHeads.of("rembert", RoformerFamily::rembert);
        return family.architecture(rembert::model, "RemBertModel")
                .backbone(rembert::model, "rembert")
                .architecture(
                        config -> rembert.plain(config, rembertHead(config)),
                        "RemBertForMaskedLM",
                        "RemBertForCausalLM")
                .architecture(
                        config -> rembert.pooled(
                                config, Classifier.linear(config, "classifier", config.size("hidden_size"), true)),
                        "RemBertForSequenceClassification")
                .architecture(
                        config -> rembert.plain(
                                config, Classifier.linear(config, "classifier", config.size("hidden_size"), true)),
                        "RemBertForTokenClassification");
    }

    /// The sines of the rotation are stored, not trained, but count as the table of positions that they are.
    private static Block roformer(Config config) {
        long hidden = config.size("hidden_size");
        long width = config.size("embedding_size", hidden);
        long headDim = GroupedAttention.heads(config).headDim();
        Block layer = BertLayer.either(config)
                .attention(
                        attention -> attention.rotary(Rotary.of(10_000, headDim).inPairs()))
                .build();
        List<Block> blocks = new ArrayList<>();
        blocks.add(BertEmbeddings.of(config).width(width).withoutPositions().build());
        if (width != hidden) {
            blocks.add(Linear.of("embeddings_project", width, hidden, true).as(Role.PROJECTION));
        }
        blocks.add(BertFamily.encoder(
                config,
                layer,
                Embedding.positions("embed_positions", config.size("max_position_embeddings"), headDim)));
        return Sequence.of("", blocks);
    }

    private static Block rembert(Config config) {
        long width = config.size("input_embedding_size");
        return Sequence.of(
                "",
                BertEmbeddings.of(config).width(width).build(),
                BertFamily.encoder(
                        config,
                        BertLayer.either(config).build(),
                        Linear.of("embedding_hidden_mapping_in", width, config.size("hidden_size"), true)
                                .as(Role.PROJECTION)));
    }

    private static Block rembertHead(Config config) {
        long width = config.size("output_embedding_size");
        return Sequence.of(
                "cls.predictions",
                Linear.of("dense", config.size("hidden_size"), width, true).as(Role.HEAD),
                BertLayer.norm("LayerNorm", width, config.number("layer_norm_eps", 1e-12)),
                Head.of("decoder", width, config.size("vocab_size")).biased());
    }
}
