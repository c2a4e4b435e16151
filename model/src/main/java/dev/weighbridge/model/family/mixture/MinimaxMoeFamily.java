package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Routing;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// MiniMax M2 (2025): queries and keys normed across all heads, sigmoid-chosen experts in Mixtral's names. MiniMax M3
/// (2026), its language model: norms a head, attention to blocks of positions that an indexer selects, a shared expert.
final class MinimaxMoeFamily {
    private MinimaxMoeFamily() {}

    static Family family() {
        return TextModel.members(Family.named("minimax-moe"), "MiniMaxM2", MinimaxMoeFamily::second, "minimax_m2")
                .architecture(config -> TextModel.causal(config, third(config, false)), "MiniMaxM3VLForCausalLM")
                .architecture(config -> third(config, false), "MiniMaxM3VLTextModel")
                .architecture(config -> TextModel.causal(config, third(config, true)), "MiniMaxM3ForCausalLM")
                .backbone(config -> third(config, true), "minimax_m3_vl_text");
    }

    private static Block second(Config config) {
        Heads heads = GroupedAttention.heads(config);
        double epsilon = TextModel.epsilon(config);
        long hidden = config.size("hidden_size");
        double share = config.has("rotary_dim") ? (double) config.size("rotary_dim") / heads.headDim() : 1;
        Block attention = GroupedAttention.of(config)
                .rotary(Rotaries.of(config, heads.headDim(), "", 5_000_000, share))
                .normed(Norm.rms("q_norm", heads.queryWidth(), epsilon), Norm.rms("k_norm", heads.keyWidth(), epsilon))
                .build();
        Block expert = FeedForwards.gated(
                "", hidden, config.size("intermediate_size"), config.text("hidden_act"), false, "w1", "w3", "w2");
        int count = config.count("num_local_experts");
        Block experts = MixtureOfExperts.of(expert, count, config.count("num_experts_per_tok"))
                .named("block_sparse_moe", "experts")
                .routed(new Routing("sigmoid", true, 1, 1, 1))
                .router("gate", hidden)
                .with(Slot.ROUTER_BIAS, Table.buffer("e_score_correction_bias", count))
                .build();
        Block layer = TextModel.layer(config, Norm.Kind.RMS, attention, experts);
        return TextModel.backbone(config, _ -> layer, Norm.Kind.RMS);
    }

    /// The language model, with the names of its own class or of the published files of the vision-language model.
    private static Block third(Config config, boolean published) {
        Config sparse = config.partOrEmpty("sparse_attention_config");
        List<Long> frequencies = sparse.integers("sparse_attention_freq");
        LayerTypes mixers = LayerTypes.mixers(
                config,
                index -> index < frequencies.size() && frequencies.get(index) != 0
                        ? "minimax_m3_sparse"
                        : "full_attention");
        List<Long> sparseLayers = config.integers("moe_layer_freq");
        LayerTypes feedForwards = LayerTypes.of(
                config,
                "mlp_layer_types",
                index -> index < sparseLayers.size() && sparseLayers.get(index) == 0 ? "dense" : "sparse");
        Block whole = attention(config, sparse, false, published);
        Block selecting = attention(config, sparse, true, published);
        Block dense = feedForward(
                config, published ? "block_sparse_moe" : "mlp", config.size("dense_intermediate_size"), published);
        Block experts = experts(config, published);
        return TextModel.backbone(
                config,
                index -> TextModel.layer(
                        config,
                        Norm.Kind.RMS_OFFSET,
                        mixers.is(index, "minimax_m3_sparse") ? selecting : whole,
                        feedForwards.is(index, "dense") ? dense : experts),
                Norm.Kind.RMS_OFFSET);
    }

    private static Block attention(Config config, Config sparse, boolean selecting, boolean published) {
        Heads heads = GroupedAttention.heads(config);
        double epsilon = TextModel.epsilon(config);
        double share = (double) config.size("rotary_dim", heads.headDim()) / heads.headDim();
        var attention = GroupedAttention.of(config)
                .rotary(Rotaries.of(config, heads.headDim(), "", 5_000_000, share))
                .normed(
                        Norm.rmsOffset("q_norm", heads.headDim(), epsilon),
                        Norm.rmsOffset("k_norm", heads.headDim(), epsilon));
        if (!selecting) {
            return attention.build();
        }
        long hidden = config.size("hidden_size");
        int headCount = sparse.count("sparse_num_index_heads", config.count("index_n_heads", 4));
        long headDim = sparse.size("sparse_index_dim", config.size("index_head_dim", 128));
        long blockSize = sparse.size("sparse_block_size", config.size("index_block_size", 128));
        long blockCount = sparse.size("sparse_topk_blocks", config.size("index_topk_blocks", 16));
        String prefix = published ? "index_" : "";
        return attention
                .span(Span.selected(Math.multiplyExact(blockSize, blockCount)))
                .with(
                        Slot.INDEXER,
                        Sequence.of(
                                published ? "" : "indexer",
                                Linear.of(prefix + "q_proj", hidden, headCount * headDim),
                                Linear.of(prefix + "k_proj", hidden, headDim),
                                Norm.rmsOffset(prefix + "q_norm", headDim, epsilon),
                                Norm.rmsOffset(prefix + "k_norm", headDim, epsilon)))
                .build();
    }

    /// `(up + 1) · gate · σ(α · gate)`, both clamped, as in gpt-oss.
    private static Activation activation(Config config) {
        return new Activation("swiglu_oai", config.number("swiglu_limit", 7));
    }

    private static FeedForward feedForward(Config config, String name, long inner, boolean split) {
        Activation activation = activation(config);
        long hidden = config.size("hidden_size");
        FeedForward gated = split
                ? FeedForwards.gated(name, hidden, inner, activation.name(), false)
                : FeedForwards.fusedGated(name, hidden, inner, activation.name(), false, "gate_up_proj", "down_proj");
        return gated.activated(activation);
    }

    private static Block experts(Config config, boolean published) {
        long hidden = config.size("hidden_size");
        long inner = config.size("intermediate_size");
        Activation activation = activation(config);
        int count = config.count("num_local_experts");
        FeedForward expert = published
                ? FeedForwards.gated("", hidden, inner, activation.name(), false, "w1", "w3", "w2")
                : FeedForwards.bareGated(hidden, inner, activation.name());
        var experts = MixtureOfExperts.of(expert.activated(activation), count, config.count("num_experts_per_tok"))
                .named(published ? "block_sparse_moe" : "mlp", "experts")
                .routed(new Routing("sigmoid", true, config.number("routed_scaling_factor", 1), 1, 1))
                .router("gate", hidden)
                .with(Slot.ROUTER_BIAS, Table.buffer((published ? "" : "gate.") + "e_score_correction_bias", count))
                .with(
                        Slot.SHARED_EXPERT,
                        feedForward(config, "shared_experts", config.size("shared_intermediate_size"), published));
        return published ? experts.build() : experts.stacked().build();
    }
}
