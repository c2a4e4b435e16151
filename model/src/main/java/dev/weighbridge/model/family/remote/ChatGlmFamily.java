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
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;

/// ChatGLM 2 and 3 and GLM-4-9B (arXiv:2406.12793) as first published: half of each head rotated in pairs, few groups
/// of
/// keys and values, one bias for query, key and value.
final class ChatGlmFamily {
    private ChatGlmFamily() {}

    static Family family() {
        return Family.named("chatglm")
                .architecture(ChatGlmFamily::causal, "ChatGLMModel", "ChatGLMForConditionalGeneration");
    }

    private static Block causal(Config config) {
        long hidden = config.size("hidden_size");
        long vocabulary = config.size("padded_vocab_size");
        Heads heads = heads(config);
        return Sequence.of(
                "transformer",
                Embedding.of("embedding.word_embeddings", vocabulary, hidden),
                Table.buffer("rotary_pos_emb.inv_freq", heads.headDim() / 4),
                Repeat.of("encoder.layers", config.count("num_layers"), layer(config, heads)),
                config.flag("post_layer_norm", true) ? norm(config, "encoder.final_layernorm") : Sequence.of(""),
                Head.of("output_layer", hidden, vocabulary));
    }

    private static Block layer(Config config, Heads heads) {
        long hidden = config.size("hidden_size");
        boolean bias = config.flag("add_bias_linear");
        double theta = 10_000 * config.number("rope_ratio", 1);
        Block attention = GroupedAttention.of(hidden, heads)
                .named("self_attention")
                .projections("", "", "", "dense")
                .bias(bias || config.flag("add_qkv_bias"), bias)
                .rotary(Rotary.of(theta, heads.headDim() / 2).inPairs())
                .buildFused("query_key_value");
        Block feedForward = FeedForwards.fusedGated(
                "mlp", hidden, config.size("ffn_hidden_size"), "silu", bias, "dense_h_to_4h", "dense_4h_to_h");
        return Sequence.of(
                "",
                Residual.of(norm(config, "input_layernorm"), attention),
                Residual.of(norm(config, "post_attention_layernorm"), feedForward));
    }

    private static Heads heads(Config config) {
        int headCount = config.count("num_attention_heads");
        int groupCount = config.flag("multi_query_attention") ? config.count("multi_query_group_num", 1) : headCount;
        return Heads.of(headCount, groupCount, config.size("kv_channels", 128));
    }

    private static Norm norm(Config config, String name) {
        long hidden = config.size("hidden_size");
        double epsilon = config.number("layernorm_epsilon", 1e-5);
        return config.flag("rmsnorm", true) ? Norm.rms(name, hidden, epsilon) : Norm.layer(name, hidden, epsilon);
    }
}
