package dev.weighbridge.model.family.hybrid;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.LinearAttention;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.FineGrainedExperts;
import dev.weighbridge.model.family.component.LatentAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// Kimi Linear (arXiv:2510.26692): Kimi delta attention in three of four layers, latent attention without positions in
/// the fourth, fine-grained experts after a dense layer.
final class KimiLinearFamily {
    private KimiLinearFamily() {}

    static Family family() {
        return TextModel.members(
                Family.named("kimi-linear"),
                "KimiLinear",
                KimiLinearFamily::backbone,
                config -> Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size")),
                "kimi_linear");
    }

    private static Block backbone(Config config) {
        LayerTypes mixers = mixers(config);
        LayerTypes feedForwards = LayerTypes.feedForwards(config, config.count("first_k_dense_replace", 1));
        Block latent = LatentAttention.of(config).rotary(Rotary.NONE).build();
        Block delta = deltaAttention(config);
        Block dense = FeedForwards.gated(
                "block_sparse_moe",
                config.size("hidden_size"),
                config.size("intermediate_size"),
                config.text("hidden_act"),
                false);
        Block experts = experts(config);
        return TextModel.backbone(
                config,
                index -> TextModel.layer(
                        config,
                        Norm.Kind.RMS,
                        mixers.is(index, "full_attention") ? latent : delta,
                        feedForwards.is(index, "dense") ? dense : experts),
                Norm.Kind.RMS);
    }

    /// `layer_types`, or the layers that `linear_attn_config` lists, counted from 1.
    private static LayerTypes mixers(Config config) {
        Config linear = config.partOrEmpty("linear_attn_config");
        List<Long> whole = linear.integers("full_attn_layers");
        return LayerTypes.mixers(
                config,
                index -> (whole.isEmpty() ? index > 0 && index % 4 == 0 : whole.contains(index + 1L))
                        ? "full_attention"
                        : "linear_attention");
    }

    private static Block experts(Config config) {
        long hidden = config.size("hidden_size");
        long inner = config.size("moe_intermediate_size");
        int count = config.count(config.firstOf("num_experts", "num_local_experts"));
        String activation = config.text("hidden_act");
        long shared = inner * config.count(config.firstOf("num_shared_experts", "n_shared_experts"), 1);
        return MixtureOfExperts.of(
                        FeedForwards.gated("", hidden, inner, activation, false, "w1", "w3", "w2"),
                        count,
                        config.count(config.firstOf("num_experts_per_token", "num_experts_per_tok")))
                .named("block_sparse_moe", "experts")
                .routed(FineGrainedExperts.sigmoid(config))
                .router("gate", hidden)
                .with(Slot.ROUTER_BIAS, Table.buffer("gate.e_score_correction_bias", count))
                .with(Slot.SHARED_EXPERT, FeedForwards.gated("shared_experts", hidden, shared, activation, false))
                .build();
    }

    private static Block deltaAttention(Config config) {
        Config linear = config.partOrEmpty("linear_attn_config");
        long headCount = linear.size("num_heads", config.size("linear_num_heads", 32));
        return deltaAttention(config, "", true, 1, 1, headCount, 1);
    }

    /// Kimi delta attention, with a prefix for the names of the forget gate, the convolution in three or in one, and
    /// the
    /// shape of the decay.
    static Block deltaAttention(Config config, String gate, boolean split, long... decay) {
        Config linear = config.partOrEmpty("linear_attn_config");
        long hidden = config.size("hidden_size");
        long headDim = linear.size("head_dim", config.size("linear_head_dim", 128));
        int headCount = linear.count("num_heads", config.count("linear_num_heads", 32));
        long kernel = linear.size("short_conv_kernel_size", config.size("linear_conv_kernel_dim", 4));
        long width = headCount * headDim;
        List<Part> parts = new ArrayList<>();
        parts.add(new Part(Slot.QUERY, Linear.of("q_proj", hidden, width)));
        parts.add(new Part(Slot.KEY, Linear.of("k_proj", hidden, width)));
        parts.add(new Part(Slot.VALUE, Linear.of("v_proj", hidden, width)));
        for (String name : split ? List.of("q_conv1d", "k_conv1d", "v_conv1d") : List.of("conv1d")) {
            parts.add(new Part(Slot.CONVOLUTION, Convolution.causal(name, split ? width : 3 * width, kernel, false)));
        }
        parts.add(new Part(Slot.DYNAMICS, Linear.of(gate + "f_a_proj", hidden, headDim)));
        parts.add(new Part(Slot.DYNAMICS, Linear.of(gate + "f_b_proj", headDim, width)));
        parts.add(new Part(Slot.DYNAMICS, Table.of(gate + "dt_bias", width)));
        parts.add(new Part(Slot.DYNAMICS, Table.of(gate + "A_log", decay)));
        parts.add(new Part(Slot.DYNAMICS, Linear.of("b_proj", hidden, headCount)));
        parts.add(new Part(Slot.OUTPUT_GATE, Linear.of("g_a_proj", hidden, headDim)));
        parts.add(new Part(Slot.OUTPUT_GATE, Linear.of("g_b_proj", headDim, width)));
        parts.add(new Part(Slot.OUTPUT_NORM, Norm.rms("o_norm", headDim, TextModel.epsilon(config))));
        parts.add(new Part(Slot.OUTPUT, Linear.of("o_proj", width, hidden)));
        return new LinearAttention(
                "self_attn", LinearAttention.Kind.KIMI_DELTA, headCount, headCount, headDim, headDim, kernel, parts);
    }
}
