package dev.weighbridge.model.family.remote;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Routing;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.FineGrainedExperts;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.TextModel;

/// Ling and Ring (inclusionAI, arXiv:2503.05139, arXiv:2510.22115): fine-grained experts after a few dense layers. The
/// second generation norms query and key heads and balances its experts by a stored correction.
final class BailingFamily {
    private BailingFamily() {}

    static Family family() {
        return Family.named("bailing")
                .architecture(config -> causal(config, false), "BailingMoeForCausalLM")
                .architecture(config -> causal(config, true), "BailingMoeV2ForCausalLM");
    }

    private static Block causal(Config config, boolean second) {
        long hidden = config.size("hidden_size");
        Block attention = attention(config, second);
        Block dense = FeedForwards.gated(config, config.flag("use_bias"));
        Block experts = experts(config, second);
        LayerTypes types = LayerTypes.feedForwards(config, config.count("first_k_dense_replace", 0));
        Block backbone = Sequence.of(
                "model",
                Embedding.of("word_embeddings", config.size("vocab_size"), hidden),
                Repeat.of(
                        "layers",
                        config.count("num_hidden_layers"),
                        index -> TextModel.layer(
                                config, Norm.Kind.RMS, attention, types.is(index, "dense") ? dense : experts)),
                TextModel.norm(config, Norm.Kind.RMS, "norm"));
        return Sequence.of("", backbone, TextModel.head(config, "lm_head", "model.word_embeddings"));
    }

    private static Block attention(Config config, boolean second) {
        Heads heads = GroupedAttention.heads(config);
        double epsilon = TextModel.epsilon(config);
        var attention = GroupedAttention.of(config)
                .named("attention")
                .projections("", "", "", "dense")
                .bias(config.flag("use_qkv_bias"), config.flag("use_bias"))
                .rotary(config);
        if (second && config.flag("use_qk_norm", true)) {
            attention.normed(
                    Norm.rms("query_layernorm", heads.headDim(), epsilon),
                    Norm.rms("key_layernorm", heads.headDim(), epsilon));
        }
        return attention.buildFused("query_key_value");
    }

    private static Block experts(Config config, boolean second) {
        Config named = config.with("n_routed_experts", config.size("num_experts"))
                .with("n_shared_experts", config.size("num_shared_experts", 0));
        if (!second) {
            return FineGrainedExperts.of(named, Routing.softmax(config.flag("norm_topk_prob", true)))
                    .build();
        }
        var experts = FineGrainedExperts.of(named, FineGrainedExperts.sigmoid(config));
        if (config.flag("moe_router_enable_expert_bias", true)) {
            experts.with(Slot.ROUTER_BIAS, Table.buffer("gate.expert_bias", config.count("num_experts")));
        }
        return experts.build();
    }
}
