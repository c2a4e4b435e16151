package dev.weighbridge.model.family.classic;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;

/// Falcon (arXiv:2311.16867): one key and value head (7B) or groups of them (40B and later), attention and feed-forward
/// side by side behind one norm or two, rotary positions or slopes.
final class FalconFamily {
    private FalconFamily() {}

    static Family family() {
        return Family.named("falcon")
                .architecture(FalconFamily::causal, "FalconForCausalLM")
                .architecture(config -> causal(refinedWeb(config)), "RWForCausalLM")
                .architecture(config -> backbone(sized(config)), "FalconModel")
                .architecture(
                        config -> Classifier.score(sized(config), "transformer", backbone(sized(config))),
                        "FalconForSequenceClassification")
                .architecture(
                        config -> Classifier.tokens(sized(config), "transformer", backbone(sized(config))),
                        "FalconForTokenClassification")
                .backbone(config -> backbone(sized(config)), "falcon");
    }

    /// Early releases call the hidden size `n_embed`.
    private static Config sized(Config config) {
        return config.has("n_embed") ? config.with("hidden_size", config.size("n_embed")) : config;
    }

    /// Falcon's first publication calls itself RefinedWeb, and the 40B's layers have no flag of their own.
    private static Config refinedWeb(Config config) {
        boolean grouped = config.has("n_head_kv");
        return config.with("num_hidden_layers", config.size("n_layer"))
                .with("num_attention_heads", config.size("n_head"))
                .with("num_kv_heads", grouped ? config.size("n_head_kv") : null)
                .with("new_decoder_architecture", grouped)
                .with("tie_word_embeddings", config.flag("tie_word_embeddings", true));
    }

    private static Block causal(Config raw) {
        Config config = sized(raw);
        return Sequence.of(
                "",
                Sequence.of("transformer", backbone(config)),
                TextModel.head(config, "lm_head", "transformer.word_embeddings"));
    }

    private static Block backbone(Config config) {
        return Sequence.of(
                "",
                Embedding.of("word_embeddings", config.size("vocab_size"), config.size("hidden_size")),
                Repeat.of("h", config.count("num_hidden_layers"), layer(config)),
                norm(config, "ln_f"));
    }

    private static Block layer(Config config) {
        Block attention = attention(config);
        Block feedForward = feedForward(config);
        if (!config.flag("parallel_attn", true)) {
            return Sequence.of(
                    "",
                    Residual.of(norm(config, "input_layernorm"), attention),
                    Residual.of(norm(config, "post_attention_layernorm"), feedForward));
        }
        int normCount = config.count("num_ln_in_parallel_attn", config.flag("new_decoder_architecture") ? 2 : 1);
        return normCount == 2
                ? Residual.of(Parallel.of(
                        Sequence.of("", norm(config, "ln_attn"), attention),
                        Sequence.of("", norm(config, "ln_mlp"), feedForward)))
                : Residual.of(norm(config, "input_layernorm"), Parallel.of(attention, feedForward));
    }

    private static Block attention(Config config) {
        Heads plain = GroupedAttention.heads(config);
        int headCount = plain.headCount();
        int kvHeadCount = config.flag("new_decoder_architecture")
                ? config.count("num_kv_heads", headCount)
                : config.flag("multi_query", true) ? 1 : headCount;
        boolean alibi = config.flag("alibi");
        return GroupedAttention.of(config.size("hidden_size"), Heads.of(headCount, kvHeadCount, plain.headDim()))
                .named("self_attention")
                .projections("", "", "", "dense")
                .bias(config.flag("bias"), config.flag("bias"))
                .rotary(alibi ? Rotary.NONE : Rotaries.of(config, plain.headDim()))
                .sloped(alibi ? 8 : 0)
                .buildFused("query_key_value");
    }

    private static Block feedForward(Config config) {
        long hidden = config.size("hidden_size");
        long inner = config.size("ffn_hidden_size", 4 * hidden);
        boolean bias = config.flag("bias");
        return FeedForwards.plain(
                "mlp",
                config.text("activation", "gelu"),
                Linear.of("dense_h_to_4h", hidden, inner, bias),
                Linear.of("dense_4h_to_h", inner, hidden, bias));
    }

    private static Norm norm(Config config, String name) {
        return TextModel.norm(config, Norm.Kind.LAYER, name);
    }
}
