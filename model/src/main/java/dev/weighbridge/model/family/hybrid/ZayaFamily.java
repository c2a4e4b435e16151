package dev.weighbridge.model.family.hybrid;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Rotary;
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
import java.util.ArrayList;
import java.util.List;

/// ZAYA1 (Zyphra, arXiv:2511.17127): attention whose queries and keys pass two short convolutions together and half of
/// whose values come from the position before (arXiv:2510.04476); a router that is a network of its own and may skip
/// the
/// experts; scales and shifts on both sides of every residual.
final class ZayaFamily {
    private ZayaFamily() {}

    static Family family() {
        return TextModel.members(Family.named("zaya"), "Zaya", ZayaFamily::backbone, ZayaFamily::head, "zaya");
    }

    private static Block head(Config config) {
        Head head = Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size"));
        return TextModel.head(config, config.flag("lm_head_bias") ? head.biased() : head, "model.embed_tokens");
    }

    private static Block backbone(Config config) {
        long hidden = config.size("hidden_size");
        LayerTypes types = LayerTypes.mixers(config, _ -> "hybrid");
        Norm norm = TextModel.norm(config, Norm.Kind.RMS, "norm");
        Block first = experts(config, true);
        Block later = experts(config, false);
        return Sequence.of(
                "",
                Embedding.of("embed_tokens", config.size("vocab_size"), hidden),
                Table.of("input_hidden_states_scale", hidden),
                Table.of("input_hidden_states_bias", hidden),
                Repeat.of(
                        "layers",
                        config.count("num_hidden_layers"),
                        index -> Sequence.of(
                                "",
                                Residual.of(
                                        norm.renamed("input_layernorm"),
                                        attention(config, types.is(index, "hybrid_sliding")),
                                        scaling("post_attention_residual_scale", hidden)),
                                Residual.of(
                                        norm.renamed("post_attention_layernorm"),
                                        index == 0 ? first : later,
                                        scaling("post_mlp_residual_scale", hidden)))),
                norm);
    }

    /// Scale and shift of the branch and of the stream before they are added.
    private static Sequence scaling(String name, long hidden) {
        return Sequence.of(
                name,
                Table.of("hidden_states_scale", hidden),
                Table.of("hidden_states_bias", hidden),
                Table.of("residual_scale", hidden),
                Table.of("residual_bias", hidden));
    }

    private static Attention attention(Config config, boolean windowed) {
        long hidden = config.size("hidden_size");
        Heads heads = GroupedAttention.heads(config);
        boolean bias = config.flag("attention_bias");
        long channels = heads.queryWidth() + heads.keyWidth();
        int groups = heads.headCount() + heads.kvHeadCount();
        long half = heads.valueWidth() / 2;
        Convolution depthwise =
                Convolution.causal("qkv_proj.conv_qk_depthwise", channels, config.size("cca_time0", 2), true);
        Convolution grouped = Convolution.causal(
                        "qkv_proj.conv_qk_grouped", channels, config.size("cca_time1", 2), true)
                .grouped(groups);
        Rotary rotary = Rotaries.of(
                config, heads.headDim(), windowed ? "hybrid_sliding" : "hybrid", windowed ? 10_000 : 5_000_000, 0.5);
        return Attention.of(
                "self_attn",
                heads,
                windowed ? TextModel.window(config) : Span.causal(),
                rotary,
                List.of(
                        new Part(Slot.QUERY, Linear.of("qkv_proj.q_proj", hidden, heads.queryWidth(), bias)),
                        new Part(Slot.KEY, Linear.of("qkv_proj.k_proj", hidden, heads.keyWidth(), bias)),
                        new Part(Slot.VALUE, Linear.of("qkv_proj.v_proj_current", hidden, half, bias)),
                        new Part(Slot.VALUE, Linear.of("qkv_proj.v_proj_delayed", hidden, half, bias)),
                        new Part(Slot.CONVOLUTION, depthwise),
                        new Part(Slot.CONVOLUTION, grouped),
                        new Part(Slot.KEY_NORM, Table.of("qk_norm.temp", heads.kvHeadCount())),
                        new Part(Slot.OUTPUT, Linear.of("o_proj", heads.queryWidth(), hidden, bias))));
    }

    /// The router sees its own state of the layer before, except in the first layer; one class beyond the experts
    /// skips.
    private static Block experts(Config config, boolean first) {
        long hidden = config.size("hidden_size");
        long width = config.size("router_hidden_size", 256);
        int count = config.count("num_experts");
        List<Block> router = new ArrayList<>();
        router.add(Linear.of("down_proj", hidden, width, true));
        if (!first) {
            router.add(Table.of("router_states_scale", width));
        }
        router.add(Sequence.of(
                "router_mlp",
                Norm.rms("norm", width, TextModel.epsilon(config)),
                Linear.of("fc1", width, width, true),
                Linear.of("fc2", width, width, true),
                Linear.of("out_proj", width, count + 1L)));
        return MixtureOfExperts.of(
                        FeedForwards.bareGated(hidden, config.size("moe_intermediate_size"), config.text("hidden_act")),
                        count,
                        config.count("num_experts_per_tok"))
                .stacked()
                .routed(Routing.softmax(false))
                .with(Slot.ROUTER, Sequence.of("gate", router))
                .with(Slot.ROUTER_BIAS, Table.buffer("gate.balancing_biases", count + 1L))
                .build();
    }
}
