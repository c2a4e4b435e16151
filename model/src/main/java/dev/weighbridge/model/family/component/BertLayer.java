package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.ParameterStyle;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Builds a transformer layer in the names that BERT (arXiv:1810.04805) gave it and many others kept: `attention.self`,
/// `attention.output`, `intermediate`, `output`.
///
/// A builder is one caller's own. Without further calls: the dimensions of the configuration, bidirectional, biases
/// everywhere, a norm after each sum.
public final class BertLayer {
    private final Config config;
    private final long hiddenSize;
    private final double epsilon;
    private Heads heads;
    private String attentionName = "attention";
    private String crossName = "crossattention";
    private String attentionNorm = "attention.output.LayerNorm";
    private String feedForwardNorm = "output.LayerNorm";
    private boolean normFirst;
    private boolean cross;
    private Span span = Span.bidirectional();
    private UnaryOperator<GroupedAttention> attentionChange = attention -> attention;

    private BertLayer(Config config) {
        this.config = config;
        this.hiddenSize = config.size("hidden_size");
        this.epsilon = config.number("layer_norm_eps", 1e-12);
        this.heads = GroupedAttention.heads(config);
    }

    /// A layer of the dimensions that `hidden_size`, `num_attention_heads`, `intermediate_size`, `hidden_act` and
    /// `layer_norm_eps` describe.
    public static BertLayer of(Config config) {
        return new BertLayer(config);
    }

    /// A layer that is causal where `is_decoder` says so, and reads another tower where `add_cross_attention` does.
    public static BertLayer either(Config config) {
        var layer = new BertLayer(config);
        layer.span = config.flag("is_decoder") ? Span.causal() : Span.bidirectional();
        layer.cross = config.flag("add_cross_attention");
        return layer;
    }

    /// A layer norm with the parameter names that its own name asks for: `LayerNorm` has `gamma` and `beta`.
    public static Norm norm(String name, long width, double epsilon) {
        Norm norm = Norm.layer(name, width, epsilon);
        return name.endsWith("LayerNorm") ? norm.named(ParameterStyle.GAMMA_BETA) : norm;
    }

    /// Norms before attention and feed-forward, under these names.
    public BertLayer normFirst(String beforeAttention, String beforeFeedForward) {
        normFirst = true;
        return norms(beforeAttention, beforeFeedForward);
    }

    /// The names of the norms of attention and feed-forward.
    public BertLayer norms(String ofAttention, String ofFeedForward) {
        attentionNorm = ofAttention;
        feedForwardNorm = ofFeedForward;
        return this;
    }

    /// The heads, where they do not share the hidden size evenly.
    public BertLayer heads(Heads other) {
        heads = other;
        return this;
    }

    /// Which positions it sees.
    public BertLayer span(Span positions) {
        span = positions;
        return this;
    }

    /// Whether it reads the output of another tower, behind its own attention.
    public BertLayer cross(boolean present) {
        cross = present;
        return this;
    }

    /// What differs in the attention: positions, biases, names, further parts.
    public BertLayer attention(UnaryOperator<GroupedAttention> change) {
        attentionChange = change;
        return this;
    }

    /// The layer.
    public Block build() {
        return build(feedForward());
    }

    /// The layer with another feed-forward.
    public Block build(Block feedForward) {
        return build(attention(attentionName, span), feedForward);
    }

    /// The layer with another attention and feed-forward.
    public Block build(Block attention, Block feedForward) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(around(attention, attentionNorm));
        if (cross) {
            String crossNorm = crossName + attentionNorm.substring(attentionName.length());
            blocks.add(around(attention(crossName, Span.cross()), crossNorm));
        }
        blocks.add(around(feedForward, feedForwardNorm));
        return Sequence.of("", blocks);
    }

    /// The feed-forward of `intermediate.dense` and `output.dense`.
    public FeedForward feedForward() {
        long inner = config.size("intermediate_size");
        return FeedForwards.plain(
                "",
                config.text("hidden_act", "gelu"),
                Linear.of("intermediate.dense", hiddenSize, inner, true),
                Linear.of("output.dense", inner, hiddenSize, true));
    }

    private Block attention(String name, Span positions) {
        GroupedAttention attention = GroupedAttention.of(hiddenSize, heads)
                .named(name)
                .projections("self.query", "self.key", "self.value", "output.dense")
                .bias(true, true)
                .span(positions);
        return attentionChange.apply(attention).build();
    }

    private Residual around(Block block, String norm) {
        Norm own = norm(norm, hiddenSize, epsilon);
        return normFirst ? Residual.of(own, block) : Residual.normAfter(block, own);
    }
}
