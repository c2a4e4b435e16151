package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import java.util.function.Function;

/// The pre-norm encoder layer of vision transformers (arXiv:2010.11929) under the two sets of names in use, CLIP's and
/// ViT's, and its general form.
public final class EncoderLayer {
    private EncoderLayer() {}

    /// Attention and feed-forward, each after a norm and beside a residual.
    public static Sequence of(Norm first, Attention attention, Norm second, FeedForward feedForward) {
        return Sequence.of("", Residual.of(first, attention), Residual.of(second, feedForward));
    }

    /// The same with the output of each branch multiplied by a learned vector (CaiT, arXiv:2103.17239).
    public static Sequence scaled(
            Norm first,
            Attention attention,
            String firstScale,
            Norm second,
            FeedForward feedForward,
            String secondScale) {
        return Sequence.of(
                "",
                Residual.of(first, attention, Table.of(firstScale, first.width())),
                Residual.of(second, feedForward, Table.of(secondScale, second.width())));
    }

    /// Heads that share `width` evenly.
    public static Heads heads(Config config, long width, int headCount) {
        if (headCount == 0) {
            throw config.malformed("num_attention_heads", "must not be 0");
        }
        return Heads.of(headCount, headCount, width / headCount);
    }

    /// CLIP's layer (arXiv:2103.00020): `layer_norm1`, `self_attn` with `out_proj`, `layer_norm2`, `mlp` of `fc1` and
    /// `fc2`.
    public static Sequence clip(Config config, Span span) {
        return clip(config, span, Rotary.NONE);
    }

    /// CLIP's layer with rotary positions.
    public static Sequence clip(Config config, Span span, Rotary rotary) {
        long width = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps", 1e-5);
        Attention attention = GroupedAttention.of(width, heads(config, width, config.count("num_attention_heads")))
                .projections("q_proj", "k_proj", "v_proj", "out_proj")
                .bias(true, true)
                .span(span)
                .rotary(rotary)
                .build();
        FeedForward feedForward = FeedForwards.plain(
                "mlp", width, config.size("intermediate_size"), config.text("hidden_act"), true, "fc1", "fc2");
        return of(
                Norm.layer("layer_norm1", width, epsilon),
                attention,
                Norm.layer("layer_norm2", width, epsilon),
                feedForward);
    }

    /// ViT's layer: `layernorm_before`, `attention`, `layernorm_after`, `intermediate` and `output`.
    public static Sequence vit(Config config) {
        long width = config.size("hidden_size");
        Function<String, Norm> norm = name -> Norm.layer(name, width, config.number("layer_norm_eps"));
        return of(
                norm.apply("layernorm_before"),
                vitAttention(config).build(),
                norm.apply("layernorm_after"),
                vitFeedForward(config));
    }

    /// ViT's attention, yet to be built: `attention.attention.query` … and `attention.output.dense`.
    public static GroupedAttention vitAttention(Config config) {
        long width = config.size("hidden_size");
        return GroupedAttention.of(width, heads(config, width, config.count("num_attention_heads")))
                .named("attention")
                .projections("attention.query", "attention.key", "attention.value", "output.dense")
                .bias(config.flag("qkv_bias", true), true)
                .span(Span.bidirectional());
    }

    /// ViT's feed-forward: `intermediate.dense` and `output.dense`.
    public static FeedForward vitFeedForward(Config config) {
        return FeedForwards.plain(
                "",
                config.size("hidden_size"),
                config.size("intermediate_size"),
                config.text("hidden_act"),
                true,
                "intermediate.dense",
                "output.dense");
    }

    /// A learned vector that stands before the patches or stays among them.
    public static Block token(String name, long width) {
        return Table.of(name, 1, 1, width);
    }
}
