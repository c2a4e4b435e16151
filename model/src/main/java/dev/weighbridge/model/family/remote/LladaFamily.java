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
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;

/// LLaDA (arXiv:2502.09992): Llama's layers in OLMo's first names, seeing both ways, since they denoise text.
final class LladaFamily {
    private LladaFamily() {}

    static Family family() {
        return Family.named("llada").architecture(LladaFamily::model, "LLaDAModelLM");
    }

    private static Block model(Config config) {
        long hidden = config.size("d_model");
        long vocabulary = config.size(config.firstOf("embedding_size", "vocab_size"));
        return Sequence.of(
                "model.transformer",
                Embedding.of("wte", vocabulary, hidden),
                Repeat.of("blocks", config.count("n_layers"), layer(config)),
                norm(config, "ln_f"),
                config.flag("weight_tying") ? Sequence.of("") : Head.of("ff_out", hidden, vocabulary));
    }

    private static Block layer(Config config) {
        long hidden = config.size("d_model");
        int headCount = config.count("n_heads");
        if (headCount == 0) {
            throw config.malformed("n_heads", "must not be 0");
        }
        boolean bias = config.flag("include_bias");
        Heads heads = Heads.of(headCount, config.count("n_kv_heads", headCount), hidden / headCount);
        Block attention = GroupedAttention.of(hidden, heads)
                .named("")
                .projections("q_proj", "k_proj", "v_proj", "attn_out")
                .bias(bias || config.flag("include_qkv_bias"), bias)
                .span(Span.bidirectional())
                .rotary(Rotary.of(config.number("rope_theta", 10_000), heads.headDim()))
                .build();
        Block feedForward = FeedForwards.gated(
                "", hidden, config.size("mlp_hidden_size"), "silu", bias, "ff_proj", "up_proj", "ff_out");
        return Sequence.of(
                "",
                Residual.of(norm(config, "attn_norm"), attention),
                Residual.of(norm(config, "ff_norm"), feedForward));
    }

    private static Norm norm(Config config, String name) {
        return Norm.rms(name, config.size("d_model"), config.number("rms_norm_eps", 1e-5));
    }
}
