package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertEmbeddings;
import dev.weighbridge.model.family.component.BertLayer;
import dev.weighbridge.model.family.component.TextModel;
import dev.weighbridge.model.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/// LUKE (arXiv:2010.01057): entities beside words, with queries of their own for each pairing of the two.
final class LukeFamily {
    private LukeFamily() {}

    static Family family() {
        return Family.named("luke")
                .architecture(LukeFamily::model, "LukeModel")
                .backbone(LukeFamily::model, "luke")
                .architecture(LukeFamily::masked, "LukeForMaskedLM");
    }

    private static Block model(Config config) {
        long hidden = config.size("hidden_size");
        BertLayer layer = BertLayer.of(config);
        if (config.flag("use_entity_aware_attention", true)) {
            layer.attention(attention -> attention
                    .with(Slot.OTHER, Linear.of("self.w2e_query", hidden, hidden, true))
                    .with(Slot.OTHER, Linear.of("self.e2w_query", hidden, hidden, true))
                    .with(Slot.OTHER, Linear.of("self.e2e_query", hidden, hidden, true)));
        }
        return Sequence.of(
                "",
                BertEmbeddings.of(config).build(),
                entities(config),
                BertFamily.encoder(config, layer.build()),
                BertHeads.pooler(config));
    }

    private static Block entities(Config config) {
        long hidden = config.size("hidden_size");
        long width = config.size("entity_emb_size", hidden);
        List<Block> blocks = new ArrayList<>();
        blocks.add(Embedding.of("entity_embeddings", config.size("entity_vocab_size"), width));
        if (width != hidden) {
            blocks.add(Linear.of("entity_embedding_dense", width, hidden).as(Role.PROJECTION));
        }
        blocks.add(Embedding.positions("position_embeddings", config.size("max_position_embeddings"), hidden));
        blocks.add(Embedding.of("token_type_embeddings", config.size("type_vocab_size"), hidden));
        blocks.add(BertLayer.norm("LayerNorm", hidden, config.number("layer_norm_eps", 1e-12)));
        return Sequence.of("entity_embeddings", blocks);
    }

    /// The head of words is never tied, save its bias; that of entities is.
    private static Block masked(Config config) {
        long hidden = config.size("hidden_size");
        long words = config.size("vocab_size");
        long entities = config.size("entity_vocab_size");
        long width = config.size("entity_emb_size", hidden);
        double epsilon = config.number("layer_norm_eps", 1e-12);
        Table bias = new Table("decoder.bias", Shape.of(words), Role.HEAD);
        return Sequence.of(
                "",
                Sequence.of("luke", model(config)),
                Sequence.of(
                        "lm_head",
                        Linear.of("dense", hidden, hidden, true).as(Role.HEAD),
                        BertLayer.norm("layer_norm", hidden, epsilon),
                        Head.of("decoder", hidden, words),
                        config.flag("tie_word_embeddings", true) ? new Tied(bias, "lm_head.bias") : bias,
                        new Table("bias", Shape.of(words), Role.HEAD)),
                Sequence.of(
                        "entity_predictions",
                        Linear.of("transform.dense", hidden, width, true).as(Role.HEAD),
                        BertLayer.norm("transform.LayerNorm", width, epsilon),
                        TextModel.head(
                                config,
                                Head.of("decoder", width, entities),
                                "luke.entity_embeddings.entity_embeddings"),
                        new Table("bias", Shape.of(entities), Role.HEAD)));
    }
}
