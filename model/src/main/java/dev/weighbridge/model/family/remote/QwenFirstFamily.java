package dev.weighbridge.model.family.remote;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;

/// Qwen, the first (arXiv:2309.16609): Llama's layers in GPT-2's names. `intermediate_size` is twice the inner width.
final class QwenFirstFamily {
    private QwenFirstFamily() {}

    static Family family() {
        return Family.named("qwen-first").architecture(QwenFirstFamily::causal, "QWenLMHeadModel");
    }

    private static Block causal(Config config) {
        long hidden = config.size("hidden_size");
        return Sequence.of(
                "",
                Sequence.of(
                        "transformer",
                        Embedding.of("wte", config.size("vocab_size"), hidden),
                        Repeat.of("h", config.count("num_hidden_layers"), layer(config)),
                        norm(config, "ln_f")),
                TextModel.head(config, "lm_head", "transformer.wte"));
    }

    private static Block layer(Config config) {
        long hidden = config.size("hidden_size");
        boolean bias = !config.flag("no_bias", true);
        int headCount = config.count("num_attention_heads");
        Heads heads = Heads.of(headCount, headCount, config.size("kv_channels", 128));
        double share = config.number("rotary_pct", 1);
        Block attention = GroupedAttention.of(hidden, heads)
                .named("attn")
                .projections("", "", "", "c_proj")
                .bias(true, bias)
                .rotary(Rotary.of(config.number("rotary_emb_base", 10_000), (long) (share * (double) heads.headDim())))
                .buildFused("c_attn");
        Block feedForward = FeedForwards.gated(
                "mlp", hidden, config.size("intermediate_size") / 2, "silu", bias, "w2", "w1", "c_proj");
        return Sequence.of(
                "", Residual.of(norm(config, "ln_1"), attention), Residual.of(norm(config, "ln_2"), feedForward));
    }

    private static Norm norm(Config config, String name) {
        return TextModel.norm(config, Norm.Kind.RMS, name);
    }
}
