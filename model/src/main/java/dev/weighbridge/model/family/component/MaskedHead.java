package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/// Heads that predict masked tokens: a transformation of the hidden state, then a decoder over the vocabulary whose
/// weight is the embedding and whose bias has a second name, where `tie_word_embeddings` is not denied.
public final class MaskedHead {
    private MaskedHead() {}

    /// BERT's: `cls.predictions` with `transform.dense`, `transform.LayerNorm`, `decoder` and `bias`.
    ///
    /// @param width of the embedding
    /// @param embedding path of its table
    public static Sequence bert(Config config, long width, String embedding) {
        return of(
                config,
                "cls.predictions",
                width,
                embedding,
                Linear.of("transform.dense", config.size("hidden_size"), width, true)
                        .as(Role.HEAD),
                BertLayer.norm("transform.LayerNorm", width, config.number("layer_norm_eps", 1e-12)));
    }

    /// RoBERTa's: `lm_head` with `dense`, `layer_norm`, `decoder` and `bias`.
    public static Sequence roberta(Config config, String embedding) {
        long hidden = config.size("hidden_size");
        return of(config, "lm_head", hidden, embedding, robertaTransform(config));
    }

    /// RoBERTa's, stored in the embedding's place: the table of words is tied to `lm_head.decoder`.
    public static Sequence robertaOwning(Config config) {
        long hidden = config.size("hidden_size");
        long vocabulary = config.size("vocab_size");
        List<Block> blocks = new ArrayList<>(List.of(robertaTransform(config)));
        blocks.add(Linear.of("decoder", hidden, vocabulary).as(Role.EMBEDDING));
        blocks.add(new Tied(new Table("decoder.bias", Shape.of(vocabulary), Role.HEAD), "lm_head.bias"));
        blocks.add(new Table("bias", Shape.of(vocabulary), Role.HEAD));
        return Sequence.of("lm_head", blocks);
    }

    private static Block[] robertaTransform(Config config) {
        long hidden = config.size("hidden_size");
        return new Block[] {
            Linear.of("dense", hidden, hidden, true).as(Role.HEAD),
            BertLayer.norm("layer_norm", hidden, config.number("layer_norm_eps", 1e-12))
        };
    }

    /// A head of this name: the transformation, `decoder`, and `bias`.
    public static Sequence of(Config config, String name, long width, String embedding, Block... transformation) {
        long vocabulary = config.size("vocab_size");
        Head decoder = Head.of("decoder", width, vocabulary);
        List<Block> blocks = new ArrayList<>(List.of(transformation));
        if (config.flag("tie_word_embeddings", true)) {
            blocks.add(new Tied(decoder, embedding));
            blocks.add(new Tied(new Table("decoder.bias", Shape.of(vocabulary), Role.HEAD), name + ".bias"));
        } else {
            blocks.add(decoder.biased());
        }
        blocks.add(new Table("bias", Shape.of(vocabulary), Role.HEAD));
        return Sequence.of(name, blocks);
    }
}
