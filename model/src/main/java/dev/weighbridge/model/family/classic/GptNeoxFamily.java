package dev.weighbridge.model.family.classic;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.function.IntFunction;

/// GPT-NeoX (arXiv:2204.06745), Pythia, and GPT-NeoX Japanese: a quarter of each head rotated, attention and
/// feed-forward side by side.
final class GptNeoxFamily {
    private GptNeoxFamily() {}

    static Family family() {
        return Family.named("gpt-neox")
                .architecture(config -> causal(config, "gpt_neox", backbone(config)), "GPTNeoXForCausalLM")
                .architecture(GptNeoxFamily::backbone, "GPTNeoXModel")
                .architecture(
                        config -> Classifier.score(config, "gpt_neox", backbone(config)),
                        "GPTNeoXForSequenceClassification")
                .architecture(
                        config -> Classifier.tokens(config, "gpt_neox", backbone(config)),
                        "GPTNeoXForTokenClassification")
                .backbone(GptNeoxFamily::backbone, "gpt_neox")
                .architecture(
                        config -> causal(config, "gpt_neox_japanese", japanese(config)), "GPTNeoXJapaneseForCausalLM")
                .architecture(GptNeoxFamily::japanese, "GPTNeoXJapaneseModel")
                .backbone(GptNeoxFamily::japanese, "gpt_neox_japanese");
    }

    private static Block causal(Config config, String prefix, Block backbone) {
        return Sequence.of(
                "", Sequence.of(prefix, backbone), TextModel.head(config, "embed_out", prefix + ".embed_in"));
    }

    private static Block backbone(Config config) {
        return backbone(config, _ -> layer(config));
    }

    private static Block japanese(Config config) {
        return backbone(config, index -> japaneseLayer(config, index));
    }

    private static Block backbone(Config config, IntFunction<Block> layer) {
        return Sequence.of(
                "",
                Embedding.of("embed_in", config.size("vocab_size"), config.size("hidden_size")),
                Repeat.of("layers", config.count("num_hidden_layers"), layer),
                norm(config, "final_layer_norm"));
    }

    private static Block layer(Config config) {
        boolean bias = config.flag("attention_bias", true);
        Block attention = attention(config, 0.25).bias(bias, bias).buildFused("query_key_value");
        Block feedForward = feedForward(config, config.size("intermediate_size"), true);
        Norm before = norm(config, "input_layernorm");
        Norm between = norm(config, "post_attention_layernorm");
        return config.flag("use_parallel_residual", true)
                ? Residual.of(Parallel.of(Sequence.of("", before, attention), Sequence.of("", between, feedForward)))
                : Sequence.of("", Residual.of(before, attention), Residual.of(between, feedForward));
    }

    /// Only the last layer's attention has a bias, on its output.
    private static Block japaneseLayer(Config config, int index) {
        long hidden = config.size("hidden_size");
        var attention = attention(config, 1);
        if (index == config.count("num_hidden_layers") - 1) {
            attention.with(Slot.OTHER, Table.of("dense_bias", hidden));
        }
        long inner = (long) (hidden * config.number("intermediate_multiple_size"));
        return Sequence.of(
                "",
                Residual.of(norm(config, "input_layernorm"), attention.buildFused("query_key_value")),
                Residual.of(norm(config, "post_attention_layernorm"), feedForward(config, inner, false)));
    }

    private static GroupedAttention attention(Config config, double usualShare) {
        long headDim = GroupedAttention.heads(config).headDim();
        Config rotated = config.has("rotary_pct") ? config : config.with("rotary_pct", usualShare);
        return GroupedAttention.of(config)
                .named("attention")
                .projections("", "", "", "dense")
                .rotary(Rotaries.of(rotated, headDim));
    }

    private static Block feedForward(Config config, long inner, boolean bias) {
        long hidden = config.size("hidden_size");
        return FeedForwards.plain(
                "mlp",
                config.text("hidden_act"),
                Linear.of("dense_h_to_4h", hidden, inner, bias),
                Linear.of("dense_4h_to_h", inner, hidden, bias));
    }

    private static Norm norm(Config config, String name) {
        return TextModel.norm(config, Norm.Kind.LAYER, name);
    }
}
