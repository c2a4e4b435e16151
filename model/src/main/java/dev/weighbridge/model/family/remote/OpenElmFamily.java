package dev.weighbridge.model.family.remote;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import java.util.List;

/// OpenELM (Apple, arXiv:2404.14619): heads and feed-forward grow from layer to layer.
final class OpenElmFamily {
    private static final double EPSILON = 1e-6;

    private OpenElmFamily() {}

    static Family family() {
        return Family.named("openelm").architecture(OpenElmFamily::causal, "OpenELMForCausalLM");
    }

    private static Block causal(Config config) {
        long hidden = config.size("model_dim");
        long vocabulary = config.size("vocab_size");
        int layerCount = config.count("num_transformer_layers");
        long[] headCounts = config.sizes("num_query_heads", layerCount);
        long[] kvHeadCounts = config.sizes("num_kv_heads", layerCount);
        List<Double> multiples = config.numbers("ffn_multipliers");
        if (multiples.size() != layerCount) {
            throw config.malformed(
                    "ffn_multipliers", "holds " + multiples.size() + " values where " + layerCount + " are expected");
        }
        Head head = Head.of("lm_head", hidden, vocabulary);
        return Sequence.of(
                "",
                Sequence.of(
                        "transformer",
                        Embedding.of("token_embeddings", vocabulary, hidden),
                        Repeat.of(
                                "layers",
                                layerCount,
                                index -> layer(
                                        config,
                                        Heads.of(
                                                Math.toIntExact(headCounts[index]),
                                                Math.toIntExact(kvHeadCounts[index]),
                                                config.size("head_dim")),
                                        inner(config, multiples.get(index)))),
                        Norm.rms("norm", hidden, EPSILON)),
                config.flag("share_input_output_layers", true) ? new Tied(head, "transformer.token_embeddings") : head);
    }

    private static Block layer(Config config, Heads heads, long inner) {
        long hidden = config.size("model_dim");
        var attention = GroupedAttention.of(hidden, heads)
                .named("attn")
                .projections("", "", "", "out_proj")
                .rotary(Rotary.of(config.number("rope_freq_constant", 10_000), heads.headDim()));
        if (config.flag("normalize_qk_projections", true)) {
            attention.normed(
                    Norm.rms("q_norm", heads.headDim(), EPSILON), Norm.rms("k_norm", heads.headDim(), EPSILON));
        }
        String activation = config.text("activation_fn_name", "swish");
        Block feedForward = config.flag("ffn_with_glu", true)
                ? FeedForwards.fusedGated("ffn", hidden, inner, activation, false, "proj_1", "proj_2")
                : FeedForwards.plain("ffn", hidden, inner, activation, false, "proj_1", "proj_2");
        return Sequence.of(
                "",
                Residual.of(Norm.rms("attn_norm", hidden, EPSILON), attention.buildFused("qkv_proj")),
                Residual.of(Norm.rms("ffn_norm", hidden, EPSILON), feedForward));
    }

    /// The multiple of the hidden size nearest to a multiple of the divisor, at most a tenth below.
    private static long inner(Config config, double multiple) {
        long divisor = config.size("ffn_dim_divisor", 256);
        if (divisor == 0) {
            throw config.malformed("ffn_dim_divisor", "must not be 0");
        }
        double exact = multiple * (double) config.size("model_dim");
        long nearest = Math.max(divisor, (long) (exact + (double) divisor / 2) / divisor * divisor);
        return nearest < 0.9 * exact ? nearest + divisor : nearest;
    }
}
