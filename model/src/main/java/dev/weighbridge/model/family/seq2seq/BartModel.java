package dev.weighbridge.model.family.seq2seq;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BartLayer;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// What the encoder-decoders in BART's names differ in.
///
/// @param className what their class names begin with
/// @param positionOffset rows of the position table that no position uses; -1 where positions are computed
/// @param normedEmbedding whether a norm follows the embedding
/// @param normFirst whether norms stand before the mixers
/// @param lastNorm name of the norm at the end of each tower; empty for none
/// @param storedLogitsBias whether a bias of zeros over the vocabulary is stored with the model
/// @param layers the layers of both towers
record BartModel(
        String className,
        int positionOffset,
        boolean normedEmbedding,
        boolean normFirst,
        String lastNorm,
        boolean storedLogitsBias,
        Layers layers) {
    /// How a layer is made of its dimensions.
    interface Layers {
        /// As most have it.
        Layers USUAL = new Layers() {};

        /// The layer of the encoder.
        default Block encoder(Config config, BartLayer layer) {
            return layer.encoder();
        }

        /// The layer of the decoder.
        default Block decoder(Config config, BartLayer layer) {
            return layer.decoder();
        }
    }

    /// With usual layers, and `layer_norm` at the end where norms stand before the mixers.
    static BartModel of(
            String className,
            int positionOffset,
            boolean normedEmbedding,
            boolean normFirst,
            boolean storedLogitsBias) {
        return new BartModel(
                className,
                positionOffset,
                normedEmbedding,
                normFirst,
                normFirst ? "layer_norm" : "",
                storedLogitsBias,
                Layers.USUAL);
    }

    /// Adds the usual classes and the backbone.
    Family addTo(Family family, String modelType) {
        return family.architecture(this::generating, className + "ForConditionalGeneration")
                .architecture(this::model, className + "Model")
                .architecture(this::causal, className + "ForCausalLM")
                .architecture(
                        config -> Sequence.of("", Sequence.of("model", model(config)), classification(config)),
                        className + "ForSequenceClassification")
                .backbone(this::model, modelType);
    }

    Block generating(Config config) {
        return generating(config, model(config));
    }

    /// A model of both towers with its head.
    Block generating(Config config, Block model) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(Sequence.of("model", model));
        blocks.add(TextModel.head(config, "lm_head", "model.shared"));
        if (storedLogitsBias) {
            blocks.add(logitsBias(config.size("vocab_size")));
        }
        return Sequence.of("", blocks);
    }

    static Table logitsBias(long vocabularySize) {
        return Table.buffer("final_logits_bias", 1, vocabularySize);
    }

    /// Both towers, without a name of their own.
    Block model(Config config) {
        Block read = sharedWords(config);
        return Sequence.of("", words(config, "shared"), encoder(config, read), decoder(config, read));
    }

    Block causal(Config config) {
        Sequence decoder = decoder(config, words(config, "embed_tokens"));
        return Sequence.of(
                "", Sequence.of("model", decoder), TextModel.head(config, "lm_head", "model.decoder.embed_tokens"));
    }

    /// The table of words of one tower: that which both share, unless `tie_word_embeddings` is denied.
    static Block sharedWords(Config config) {
        Embedding words = words(config, "embed_tokens");
        return config.flag("tie_word_embeddings", true) ? new Tied(words, "shared") : words;
    }

    /// The table of words under this name, scaled where the configuration says so.
    static Embedding words(Config config, String name) {
        return words(config, name, config.size("vocab_size"));
    }

    static Embedding words(Config config, String name, long vocabularySize) {
        long hidden = config.size("hidden_size");
        return Embedding.of(name, vocabularySize, hidden)
                .scaled(config.flag("scale_embedding") ? Math.sqrt((double) hidden) : 1);
    }

    /// The encoder, reading these words, with further blocks ahead of its layers.
    Sequence encoder(Config config, Block words, Block... further) {
        BartLayer layer = layer(config, "encoder", normFirst);
        Block repeated = layers.encoder(config, layer);
        return Sequence.tower(Tower.ENCODER, "encoder", tower(config, "encoder", words, layer, repeated, further));
    }

    /// The decoder, reading these words, with further blocks ahead of its layers.
    Sequence decoder(Config config, Block words, Block... further) {
        BartLayer layer = layer(config, "decoder", normFirst);
        return Sequence.of("decoder", tower(config, "decoder", words, layer, layers.decoder(config, layer), further));
    }

    private Block[] tower(Config config, String side, Block words, BartLayer layer, Block repeated, Block... further) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(words);
        if (positionOffset >= 0) {
            long rows = config.size("max_position_embeddings") + positionOffset;
            blocks.add(Embedding.positions("embed_positions", rows, layer.hiddenSize()));
        }
        if (normedEmbedding) {
            blocks.add(layer.norm("layernorm_embedding"));
        }
        blocks.addAll(List.of(further));
        blocks.add(Repeat.of("layers", config.count(side + "_layers"), repeated));
        if (!lastNorm.isEmpty()) {
            blocks.add(layer.norm(lastNorm));
        }
        return blocks.toArray(Block[]::new);
    }

    /// The dimensions of the layers of one side, `encoder` or `decoder`.
    static BartLayer layer(Config config, String side, boolean normFirst) {
        return BartLayer.of(
                config.size("hidden_size"),
                config.count(side + "_attention_heads"),
                config.size(side + "_ffn_dim"),
                config.text("activation_function"),
                normFirst);
    }

    static Sequence classification(Config config) {
        long hidden = config.size("hidden_size");
        return Sequence.of(
                "classification_head",
                Linear.of("dense", hidden, hidden, true).as(Role.HEAD),
                Classifier.linear(config, "out_proj", hidden, true));
    }

    /// A head of so many words, tied to this table where the configuration says so.
    static Block head(Config config, long vocabularySize, String embedding) {
        return TextModel.head(config, Head.of("lm_head", config.size("hidden_size"), vocabularySize), embedding);
    }
}
