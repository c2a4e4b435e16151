package dev.weighbridge.model.family.hybrid;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.LinearAttention;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Routing;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
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
import java.util.function.IntFunction;

/// LFM2 (Liquid AI, arXiv:2511.23404): gated short convolutions in most layers, attention in a few; with experts in the
/// mixture.
final class Lfm2Family {
    private Lfm2Family() {}

    static Family family() {
        var family = Family.named("lfm2");
        TextModel.members(family, "Lfm2", Lfm2Family::dense, Lfm2Family::head, "lfm2");
        return TextModel.members(family, "Lfm2Moe", Lfm2Family::sparse, Lfm2Family::head, "lfm2_moe");
    }

    /// The head is tied as `tie_embedding` says where that field is present.
    private static Block head(Config config) {
        Config tied =
                config.has("tie_embedding") ? config.with("tie_word_embeddings", config.flag("tie_embedding")) : config;
        return TextModel.head(tied, "lm_head", "model.embed_tokens");
    }

    private static Block dense(Config config) {
        List<Long> attending = config.integers("full_attn_idxs");
        LayerTypes types = LayerTypes.mixers(
                config,
                index -> !config.has("full_attn_idxs") || attending.contains((long) index) ? "full_attention" : "conv");
        Block feedForward = feedForward(config, "feed_forward", adjustedSize(config));
        return backbone(config, types, _ -> feedForward);
    }

    private static Block sparse(Config config) {
        Block dense = feedForward(config, "feed_forward", config.size("intermediate_size"));
        Block experts = experts(config);
        int denseCount = config.count("num_dense_layers");
        return backbone(
                config,
                LayerTypes.mixers(config, _ -> "full_attention"),
                index -> index < denseCount ? dense : experts);
    }

    private static Block backbone(Config config, LayerTypes types, IntFunction<Block> feedForward) {
        Block attention = attention(config);
        Block convolution = convolution(config);
        return TextModel.backbone(
                config,
                index -> Sequence.of(
                        "",
                        Residual.of(
                                TextModel.norm(config, Norm.Kind.RMS, "operator_norm"),
                                types.is(index, "full_attention") ? attention : convolution),
                        Residual.of(TextModel.norm(config, Norm.Kind.RMS, "ffn_norm"), feedForward.apply(index))),
                TextModel.norm(config, Norm.Kind.RMS, "embedding_norm"));
    }

    /// Two thirds of the configured width, times a factor, rounded up to a multiple, unless that is switched off.
    private static long adjustedSize(Config config) {
        long size = config.size(config.firstOf("block_ff_dim", "intermediate_size"));
        if (!config.flag("block_auto_adjust_ff_dim", true)) {
            return size;
        }
        size = 2 * size / 3;
        if (!config.has("block_ffn_dim_multiplier")) {
            return size;
        }
        long multiple = config.size("block_multiple_of");
        if (multiple == 0) {
            throw config.malformed("block_multiple_of", "must not be 0");
        }
        return Math.ceilDiv((long) (config.number("block_ffn_dim_multiplier") * size), multiple) * multiple;
    }

    private static Block feedForward(Config config, String name, long inner) {
        return FeedForwards.gated(name, config.size("hidden_size"), inner, "silu", false, "w1", "w3", "w2");
    }

    private static Block experts(Config config) {
        int count = config.count("num_experts");
        var routing = new Routing(
                "sigmoid", config.flag("norm_topk_prob", true), config.number("routed_scaling_factor", 1), 1, 1);
        var experts = MixtureOfExperts.of(
                        feedForward(config, "", config.size("moe_intermediate_size")),
                        count,
                        config.count("num_experts_per_tok"))
                .named("feed_forward", "experts")
                .routed(routing)
                .router("gate", config.size("hidden_size"));
        if (config.flag("use_expert_bias", true)) {
            experts.with(Slot.ROUTER_BIAS, Table.buffer("expert_bias", count));
        }
        return experts.build();
    }

    private static Block attention(Config config) {
        long headDim = GroupedAttention.heads(config).headDim();
        double epsilon = config.number("norm_eps", 1e-5);
        return GroupedAttention.of(config)
                .projections("q_proj", "k_proj", "v_proj", "out_proj")
                .rotary(Rotaries.of(config, headDim, "", 1_000_000, 1))
                .with(Slot.QUERY_NORM, Norm.rms("q_layernorm", headDim, epsilon))
                .with(Slot.KEY_NORM, Norm.rms("k_layernorm", headDim, epsilon))
                .build();
    }

    /// B, C and x come from one projection.
    private static Block convolution(Config config) {
        long hidden = config.size("hidden_size");
        long kernel = config.size("conv_L_cache");
        boolean bias = config.flag("conv_bias");
        return new LinearAttention(
                "conv",
                LinearAttention.Kind.SHORT_CONVOLUTION,
                0,
                0,
                0,
                0,
                kernel,
                List.of(
                        new Part(Slot.INPUT, Linear.of("in_proj", hidden, 3 * hidden, bias)),
                        new Part(Slot.CONVOLUTION, Convolution.causal("conv", hidden, kernel, bias)),
                        new Part(Slot.OUTPUT, Linear.of("out_proj", hidden, hidden, bias))));
    }
}
