package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import java.util.ArrayList;
import java.util.List;

/// Builds what stands before BERT's layers: tables of words, positions and segments, summed and normalised.
///
/// A builder is one caller's own. Without further calls: `embeddings` with all three tables and the norm, as wide as
/// the
/// hidden size.
public final class BertEmbeddings {
    private final Config config;
    private final List<Block> further = new ArrayList<>();
    private long width;
    private boolean positions = true;
    private boolean segments = true;
    private boolean norm = true;
    private Block words;

    private BertEmbeddings(Config config) {
        this.config = config;
        this.width = config.size("hidden_size");
        this.words = words();
    }

    /// Tables of `vocab_size`, `max_position_embeddings` and `type_vocab_size` rows; none of segments where that is 0.
    public static BertEmbeddings of(Config config) {
        return new BertEmbeddings(config);
    }

    /// Tables of another width.
    public BertEmbeddings width(long other) {
        width = other;
        words = words();
        return this;
    }

    /// Without learned positions.
    public BertEmbeddings withoutPositions() {
        positions = false;
        return this;
    }

    /// Without segments.
    public BertEmbeddings withoutSegments() {
        segments = false;
        return this;
    }

    /// Without a norm.
    public BertEmbeddings withoutNorm() {
        norm = false;
        return this;
    }

    /// The words' table as another block: tied to a head that is stored in its place.
    public BertEmbeddings words(Block block) {
        words = block;
        return this;
    }

    /// A further table, ahead of the norm.
    public BertEmbeddings with(Block table) {
        further.add(table);
        return this;
    }

    /// The tables and the norm.
    public Sequence build() {
        List<Block> blocks = new ArrayList<>();
        blocks.add(words);
        if (positions) {
            blocks.add(Embedding.positions("position_embeddings", config.size("max_position_embeddings"), width));
        }
        if (segments && config.size("type_vocab_size", 0) > 0) {
            blocks.add(Embedding.of("token_type_embeddings", config.size("type_vocab_size"), width));
        }
        blocks.addAll(further);
        if (norm) {
            blocks.add(BertLayer.norm("LayerNorm", width, config.number("layer_norm_eps", 1e-12)));
        }
        return Sequence.of("embeddings", blocks);
    }

    private Embedding words() {
        return Embedding.of("word_embeddings", config.size("vocab_size"), width);
    }
}
