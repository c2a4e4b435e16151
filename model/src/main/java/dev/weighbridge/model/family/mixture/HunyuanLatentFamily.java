package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Routing;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.DenseFirst;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.FineGrainedExperts;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.HyperConnections;
import dev.weighbridge.model.family.component.LatentAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.SparseIndexer;
import dev.weighbridge.model.family.component.TextModel;

/// Hunyuan 3 and 4 (Tencent, 2026). The third: grouped queries, normed, and sigmoid-chosen experts. The fourth: latent
/// attention to selected positions with sinks and a gate, and hyper-connections between four residual streams.
final class HunyuanLatentFamily {
    private HunyuanLatentFamily() {}

    static Family family() {
        Family family = Family.named("hunyuan-latent");
        TextModel.members(family, "HYV3", HunyuanLatentFamily::third, "hy_v3");
        return TextModel.members(family, "HYV4", HunyuanLatentFamily::fourth, "hy_v4");
    }

    private static Block third(Config config) {
        boolean bias = config.flag("attention_bias");
        long headDim = GroupedAttention.heads(config).headDim();
        double epsilon = TextModel.epsilon(config);
        Block attention = GroupedAttention.of(config)
                .bias(bias, bias)
                .rotary(Rotaries.of(config, headDim, "", 11_158_840, 1))
                .normed(Norm.rms("q_norm", headDim, epsilon), Norm.rms("k_norm", headDim, epsilon))
                .build();
        return DenseFirst.backbone(config, LayerTypes.feedForwards(config, 1), _ -> attention, experts(config));
    }

    private static Block experts(Config config) {
        long hidden = config.size("hidden_size");
        long inner = config.size("moe_intermediate_size");
        int count = config.count("num_experts");
        String activation = config.text("hidden_act");
        long shared = inner * config.count("num_shared_experts", 1);
        return MixtureOfExperts.of(
                        FeedForwards.gated("", hidden, inner, activation, false),
                        count,
                        config.count("num_experts_per_tok"))
                .routed(new Routing("sigmoid", true, config.number("router_scaling_factor", 1), 1, 1))
                .router("router.gate", hidden)
                .with(Slot.ROUTER_BIAS, Table.buffer("expert_bias", count))
                .with(
                        Slot.SHARED_EXPERT,
                        FeedForwards.gated("shared_mlp", hidden, shared, activation, config.flag("mlp_bias")))
                .build();
    }

    private static Block fourth(Config config) {
        long hidden = config.size("hidden_size");
        int streams = config.count("hc_mult", 4);
        LayerTypes indexers =
                LayerTypes.of(config, "indexer_types", index -> index % 4 == 1 || index == 0 ? "full" : "shared");
        LayerTypes feedForwards = LayerTypes.feedForwards(config, 1);
        Block dense = feedForward(config, "mlp", config.size("intermediate_size"));
        Block experts = stackedExperts(config);
        Norm norm = TextModel.norm(config, Norm.Kind.RMS, "norm");
        return Sequence.of(
                "",
                Embedding.of("embed_tokens", config.size("vocab_size"), hidden),
                Repeat.of(
                        "layers",
                        config.count("num_hidden_layers"),
                        index -> Sequence.of(
                                "",
                                Residual.hyper(
                                        streams,
                                        HyperConnections.exchanging("hc_pre.hc_attn_layer.hc_", streams, hidden),
                                        norm.renamed("input_layernorm"),
                                        attention(config, indexers.is(index, "full"))),
                                Residual.hyper(
                                        streams,
                                        HyperConnections.exchanging("hc_pre.hc_mlp_layer.hc_", streams, hidden),
                                        norm.renamed("post_attention_layernorm"),
                                        feedForwards.is(index, "dense") ? dense : experts))),
                Sequence.of("hc_pre.hc_head", HyperConnections.reading("hc_head_", streams, hidden)),
                norm);
    }

    private static Block attention(Config config, boolean selecting) {
        int headCount = config.count("num_attention_heads");
        long gateSize = headCount * config.size("v_head_dim");
        var attention = LatentAttention.of(config.with("rope_interleave", false))
                .selecting()
                .with(Slot.OUTPUT_GATE, Linear.of("linear_gate", config.size("hidden_size"), gateSize))
                .with(Slot.SINKS, Table.of("learnable_sink_param", headCount));
        if (selecting) {
            attention.with(Slot.INDEXER, SparseIndexer.of(config));
        }
        return attention.build();
    }

    private static FeedForward feedForward(Config config, String name, long inner) {
        return FeedForwards.gated(
                name,
                config.size("hidden_size"),
                inner,
                config.text("hidden_act"),
                false,
                "linear_gate",
                "up_proj",
                "down_proj");
    }

    private static Block stackedExperts(Config config) {
        long inner = config.size("moe_intermediate_size");
        int count = config.count("n_routed_experts");
        var activation = new Activation(config.text("hidden_act"), config.number("swiglu_limit", 10));
        Block expert = FeedForwards.bareGated(config.size("hidden_size"), inner, activation.name())
                .activated(activation);
        return MixtureOfExperts.of(expert, count, config.count("num_experts_per_tok"))
                .stacked()
                .routed(FineGrainedExperts.sigmoid(config))
                .router("gate", config.size("hidden_size"))
                .with(Slot.ROUTER_BIAS, Table.buffer("gate.e_score_correction_bias", count))
                .with(
                        Slot.SHARED_EXPERT,
                        feedForward(config, "shared_experts", inner * config.count("n_shared_experts", 1)))
                .build();
    }
}
