package dev.weighbridge.model.family.diffusion;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import java.util.List;

/// The parts that the models of diffusers share, in its names.
final class Diffusers {
    private static final double EPSILON = 1e-6;

    private Diffusers() {}

    /// A whole denoiser.
    static Sequence denoiser(Block... children) {
        return Sequence.tower(Tower.DENOISER, "", children);
    }

    /// Two matrices with a non-linearity between, from a condition (time, pooled text, guidance) to the width of the
    /// model.
    static Block embedder(String name, long in, long out) {
        return Sequence.of(name, projection("linear_1", in, out), projection("linear_2", out, out));
    }

    /// A matrix with bias from one width to another: a condition's, a token's, a patch's.
    static Linear projection(String name, long in, long out) {
        return Linear.of(name, in, out, true).as(Role.PROJECTION);
    }

    /// The matrix that turns the condition into `count` scales, shifts and gates of a layer (adaLN, arXiv:2212.09748).
    static Linear modulation(String name, long width, long count) {
        return projection(name, width, Math.multiplyExact(count, width));
    }

    /// A layer norm whose scale and shift are those of the modulation.
    static Norm plainNorm(String name, long width) {
        return Norm.layer(name, width, EPSILON).untrained();
    }

    /// Modulation and norm before the last projection.
    static Block lastNorm(long width) {
        return Sequence.of("norm_out", modulation("linear", width, 2), plainNorm("norm", width));
    }

    /// Attention to everything, with `to_q`, `to_k`, `to_v` and `to_out.0`.
    static GroupedAttention attention(String name, long width, Heads heads, boolean bias) {
        return GroupedAttention.of(width, heads)
                .named(name)
                .projections("to_q", "to_k", "to_v", "to_out.0")
                .bias(bias, true)
                .span(Span.bidirectional());
    }

    /// Attention over two streams joined, each with projections of its own: the image's, then the text's in the same
    /// slots (MMDiT, arXiv:2403.03206).
    static GroupedAttention joint(String name, long width, Heads heads, boolean normed) {
        return joint(attention(name, width, heads, true), width, heads, normed, true);
    }

    /// The same around this attention of the image's, with or without biases.
    static GroupedAttention joint(GroupedAttention attention, long width, Heads heads, boolean normed, boolean bias) {
        if (normed) {
            norms(attention, "norm_", heads);
        }
        attention
                .with(Slot.QUERY, Linear.of("add_q_proj", width, heads.queryWidth(), bias))
                .with(Slot.KEY, Linear.of("add_k_proj", width, heads.keyWidth(), bias))
                .with(Slot.VALUE, Linear.of("add_v_proj", width, heads.valueWidth(), bias));
        return normed ? norms(attention, "norm_added_", heads) : attention;
    }

    /// Norms of query and key heads, `norm_q` and `norm_k` after a prefix.
    static GroupedAttention norms(GroupedAttention attention, String prefix, Heads heads) {
        return attention.normed(
                Norm.rms(prefix + "q", heads.headDim(), EPSILON), Norm.rms(prefix + "k", heads.headDim(), EPSILON));
    }

    /// Where the text's stream of a joint attention leaves.
    static Linear textOutput(long width, Heads heads) {
        return Linear.of("to_add_out", heads.queryWidth(), width, true);
    }

    /// A feed-forward of `net.0.proj` and `net.2`.
    static FeedForward feedForward(String name, long width, long inner, String activation) {
        return FeedForwards.plain(name, width, inner, activation, true, "net.0.proj", "net.2");
    }

    /// The same with up and gate in one matrix, in this order.
    static FeedForward gatedFeedForward(String name, long width, long inner, String activation) {
        return new FeedForward(
                name,
                width,
                inner,
                Activation.of(activation),
                true,
                List.of(
                        new Part(Slot.GATE_UP, Linear.of("net.0.proj", width, 2 * inner, true)),
                        new Part(Slot.DOWN, Linear.of("net.2", inner, width, true))));
    }

    /// As many heads as `num_attention_heads` of `attention_head_dim`, or as these fallbacks.
    static Heads heads(Config config, int count, long headDim) {
        int headCount = config.count("num_attention_heads", count);
        return Heads.of(headCount, headCount, config.size("attention_head_dim", headDim));
    }
}
