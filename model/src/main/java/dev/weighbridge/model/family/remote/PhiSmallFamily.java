package dev.weighbridge.model.family.remote;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;

/// Phi-3-small (arXiv:2404.14219): biases everywhere, query, key and value in one matrix, block-sparse attention in all
/// but every second layer. The blocks are seen here as causal.
final class PhiSmallFamily {
    private PhiSmallFamily() {}

    static Family family() {
        return Family.named("phi3-small").architecture(PhiSmallFamily::causal, "Phi3SmallForCausalLM");
    }

    private static Block causal(Config config) {
        long hidden = config.size("hidden_size");
        var heads = GroupedAttention.heads(config);
        Block attention = GroupedAttention.of(hidden, heads)
                .projections("", "", "", "dense")
                .bias(true, true)
                .rotary(Rotary.of(config.number("rope_embedding_base", 1_000_000), heads.headDim()))
                .buildFused("query_key_value");
        Block feedForward = FeedForwards.fusedGated(
                "mlp",
                hidden,
                config.size(config.firstOf("ff_intermediate_size", "intermediate_size")),
                config.text("hidden_act", "gegelu"),
                true,
                "up_proj",
                "down_proj");
        Block layer = TextModel.layer(config, Norm.Kind.LAYER, attention, feedForward);
        return Sequence.of(
                "",
                Sequence.of(
                        "model",
                        Embedding.of("embed_tokens", config.size("vocab_size"), hidden)
                                .scaled(config.number("mup_embedding_multiplier", 10)),
                        Repeat.of("layers", config.count("num_hidden_layers"), layer),
                        TextModel.norm(config, Norm.Kind.LAYER, "final_layernorm")),
                TextModel.head(
                        config.with("tie_word_embeddings", config.flag("tie_word_embeddings", true)),
                        "lm_head",
                        "model.embed_tokens"));
    }
}
