package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;

/// A transformer layer in the names that fairseq gave it and BART, OPT, Whisper and many others kept: `self_attn`,
/// `encoder_attn`, `fc1`, `fc2`, and a layer norm with each.
///
/// @param hiddenSize width of the residual stream
/// @param headCount heads, which share the hidden size evenly
/// @param feedForwardSize inner width of the feed-forward
/// @param activation the non-linearity
/// @param epsilon of the norms
/// @param bias whether the matrices have biases
/// @param normFirst whether a norm stands before its mixer (OPT, mBART) rather than after the sum (BART)
/// @param trainedNorm whether the norms have scale and shift
public record BartLayer(
        long hiddenSize,
        int headCount,
        long feedForwardSize,
        String activation,
        double epsilon,
        boolean bias,
        boolean normFirst,
        boolean trainedNorm) {
    /// With biases and trained norms of epsilon 1e-5.
    public static BartLayer of(
            long hiddenSize, int headCount, long feedForwardSize, String activation, boolean normFirst) {
        return new BartLayer(hiddenSize, headCount, feedForwardSize, activation, 1e-5, true, normFirst, true);
    }

    /// A layer of an encoder.
    public Block encoder() {
        return of(attention("self_attn", Span.bidirectional()));
    }

    /// A layer of a decoder that reads an encoder's output.
    public Block decoder() {
        return decoder(attention("self_attn", Span.causal()), attention("encoder_attn", Span.cross()));
    }

    /// A layer of a decoder with these mixers.
    public Block decoder(Block self, Block cross) {
        return Sequence.of(
                "",
                around(self, "self_attn_layer_norm"),
                around(cross, "encoder_attn_layer_norm"),
                around(feedForward(), "final_layer_norm"));
    }

    /// A layer of a decoder that stands alone.
    public Block causal() {
        return of(attention("self_attn", Span.causal()));
    }

    /// A layer with this mixer.
    public Block of(Block mixer) {
        return Sequence.of("", around(mixer, "self_attn_layer_norm"), around(feedForward(), "final_layer_norm"));
    }

    /// Attention with `q_proj`, `k_proj`, `v_proj` and `out_proj`.
    public Attention attention(String name, Span span) {
        return projections(name, span).build();
    }

    /// The same, to be changed further.
    public GroupedAttention projections(String name, Span span) {
        return GroupedAttention.of(hiddenSize, Heads.of(headCount, headCount, hiddenSize / headCount))
                .named(name)
                .projections("q_proj", "k_proj", "v_proj", "out_proj")
                .bias(bias, bias)
                .span(span);
    }

    /// The feed-forward of `fc1` and `fc2`.
    public FeedForward feedForward() {
        return FeedForwards.plain(
                "",
                activation,
                Linear.of("fc1", hiddenSize, feedForwardSize, bias),
                Linear.of("fc2", feedForwardSize, hiddenSize, bias));
    }

    /// A norm of the hidden size.
    public Norm norm(String name) {
        Norm norm = Norm.layer(name, hiddenSize, epsilon);
        return trainedNorm ? norm : norm.untrained();
    }

    /// The block with its residual connection, and its norm before the block or after the sum.
    public Residual around(Block block, String norm) {
        return normFirst ? Residual.of(norm(norm), block) : Residual.normAfter(block, norm(norm));
    }
}
