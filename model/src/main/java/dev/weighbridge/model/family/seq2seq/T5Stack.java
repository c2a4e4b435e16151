package dev.weighbridge.model.family.seq2seq;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;

/// Builds the encoder and the decoder of a T5 (arXiv:1910.10683): unscaled attention with learned biases for relative
/// positions, which the first layer owns and the others share, and root-mean-square norms ahead.
///
/// A builder is one caller's own.
final class T5Stack {
    /// Builds the attention of encoder layer `index`.
    @FunctionalInterface
    interface AttentionOf {
        Block build(GroupedAttention usual, int index);
    }

    /// Builds the feed-forward of layer `index`, which stands under `segment`.
    @FunctionalInterface
    interface FeedForwardOf {
        Block build(String segment, int index);
    }

    private final Config config;
    private boolean biasInEveryLayer;
    private boolean tiedWords = true;
    private AttentionOf encoderAttention = (usual, _) -> usual.build();
    private FeedForwardOf encoderFeedForward = this::dense;
    private FeedForwardOf decoderFeedForward = this::dense;

    private T5Stack(Config config) {
        this.config = config;
    }

    static T5Stack of(Config config) {
        return new T5Stack(config);
    }

    /// With biases for relative positions in every layer (umT5).
    T5Stack biasInEveryLayer() {
        biasInEveryLayer = true;
        return this;
    }

    /// Whether both towers read the table `shared`.
    T5Stack tiedWords(boolean tied) {
        tiedWords = tied;
        return this;
    }

    T5Stack encoderAttention(AttentionOf attention) {
        encoderAttention = attention;
        return this;
    }

    T5Stack feedForwards(FeedForwardOf ofEncoder, FeedForwardOf ofDecoder) {
        encoderFeedForward = ofEncoder;
        decoderFeedForward = ofDecoder;
        return this;
    }

    /// The table of words that both towers read.
    Embedding shared() {
        return Embedding.of("shared", config.size("vocab_size"), config.size("hidden_size"));
    }

    /// The encoder, with further blocks ahead of its layers.
    Sequence encoder(Block... ahead) {
        Block layers = Repeat.of("block", config.count("num_hidden_layers"), this::encoderLayer);
        return Sequence.tower(
                Tower.ENCODER, "encoder", words(), Sequence.of("", ahead), layers, norm("final_layer_norm"));
    }

    /// The decoder, with further blocks ahead of its layers.
    Sequence decoder(Block... ahead) {
        Block layers = Repeat.of("block", decoderLayerCount(), this::decoderLayer);
        return Sequence.of("decoder", words(), Sequence.of("", ahead), layers, norm("final_layer_norm"));
    }

    int decoderLayerCount() {
        return config.count("num_decoder_layers", config.count("num_hidden_layers"));
    }

    private Block words() {
        Embedding words = Embedding.of("embed_tokens", config.size("vocab_size"), config.size("hidden_size"));
        return tiedWords ? new Tied(words, "shared") : words;
    }

    private Block encoderLayer(int index) {
        return Sequence.of(
                "",
                residual(
                        0,
                        encoderAttention.build(attention("layer.0.SelfAttention", Span.bidirectional(), index), index)),
                residual(1, encoderFeedForward.build("layer.1", index)));
    }

    private Block decoderLayer(int index) {
        return Sequence.of(
                "",
                residual(
                        0,
                        attention("layer.0.SelfAttention", Span.causal(), index).build()),
                residual(
                        1,
                        attention("layer.1.EncDecAttention", Span.cross(), -1).build()),
                residual(2, decoderFeedForward.build("layer.2", index)));
    }

    private GroupedAttention attention(String name, Span span, int index) {
        int headCount = config.count("num_attention_heads");
        var attention = GroupedAttention.of(
                        config.size("hidden_size"), Heads.of(headCount, headCount, config.size("d_kv")))
                .named(name)
                .projections("q", "k", "v", "o")
                .span(span)
                .scored(1, 0);
        boolean owns = index == 0 || (biasInEveryLayer && index > 0);
        return owns ? attention.with(Slot.POSITION_BIAS, positionBias("relative_attention_bias")) : attention;
    }

    /// A table of one bias a head for each bucket of distances.
    Embedding positionBias(String name) {
        return Embedding.positions(
                name, config.size("relative_attention_num_buckets"), config.size("num_attention_heads"));
    }

    private Block dense(String segment, int index) {
        return feedForward(segment + ".DenseReluDense", config.text("feed_forward_proj"));
    }

    /// The feed-forward of this name: plain (`wi`, `wo`), or gated (`wi_0`, `wi_1`, `wo`) where `projection`, the
    /// activation's name, begins with `gated-`.
    FeedForward feedForward(String name, String projection) {
        long hidden = config.size("hidden_size");
        long inner = config.size("d_ff");
        String activation = projection.equals("gated-gelu") ? "gelu_new" : projection.replaceFirst("^gated-", "");
        if (projection.startsWith("gated-")) {
            return FeedForwards.gated(name, hidden, inner, activation, false, "wi_0", "wi_1", "wo");
        }
        return FeedForwards.plain(name, activation, Linear.of("wi", hidden, inner), Linear.of("wo", inner, hidden));
    }

    private Residual residual(int position, Block block) {
        return Residual.of(norm("layer." + position + ".layer_norm"), block);
    }

    private Norm norm(String name) {
        return Norm.rms(name, config.size("hidden_size"), config.number("layer_norm_epsilon", 1e-6));
    }
}
