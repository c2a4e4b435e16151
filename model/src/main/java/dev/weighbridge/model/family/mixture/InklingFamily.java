package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.ParameterStyle;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
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
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// Inkling's language model (2026): relative positions by learned logits instead of rotary ones, short convolutions on
/// keys, values and both branches, experts of which the shared ones take part in the router's choice of weights.
final class InklingFamily {
    private InklingFamily() {}

    static Family family() {
        return Family.named("inkling")
                .architecture(
                        config -> Sequence.of("", Sequence.of("model", backbone(config)), head(config)),
                        "InklingForCausalLM")
                .architecture(InklingFamily::backbone, "InklingTextModel")
                .backbone(InklingFamily::backbone, "inkling_text");
    }

    private static Block head(Config config) {
        double multiplier = config.number("logits_mup_width_multiplier", 24);
        if (multiplier == 0) {
            throw config.malformed("logits_mup_width_multiplier", "must not be 0");
        }
        return Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size"))
                .scaled(1 / multiplier);
    }

    private static Block backbone(Config config) {
        long hidden = config.size("hidden_size");
        List<Long> local = config.integers("local_layer_ids");
        LayerTypes mixers = LayerTypes.mixers(
                config,
                index -> (config.has("local_layer_ids") ? local.contains((long) index) : (index + 1) % 6 != 0)
                        ? "hybrid_sliding"
                        : "hybrid");
        LayerTypes feedForwards = LayerTypes.feedForwards(config, config.count("dense_mlp_idx", 0));
        Attention whole = attention(config, false);
        Attention window = attention(config, true);
        Block dense = dense(config);
        Block experts = experts(config);
        Norm norm = TextModel.norm(config, Norm.Kind.RMS, "norm");
        return Sequence.of(
                "",
                Embedding.of("embed_tokens", config.size("vocab_size"), hidden),
                norm.renamed("embed_norm"),
                Repeat.of(
                        "layers",
                        config.count("num_hidden_layers"),
                        index -> Sequence.of(
                                "",
                                Residual.of(
                                        norm.renamed("input_layernorm"),
                                        mixers.is(index, "hybrid_sliding") ? window : whole,
                                        convolution(config, "attn_sconv.conv1d", hidden)),
                                Residual.of(
                                        norm.renamed("post_attention_layernorm"),
                                        feedForwards.is(index, "dense") ? dense : experts,
                                        convolution(config, "mlp_sconv.conv1d", hidden)))),
                norm);
    }

    private static Convolution convolution(Config config, String name, long channels) {
        return Convolution.causal(name, channels, config.size("conv_kernel_size", 4), false);
    }

    private static Attention attention(Config config, boolean windowed) {
        String prefix = windowed ? "swa_" : "";
        long hidden = config.size("hidden_size");
        long window = config.size("sliding_window_size", 512);
        Heads heads = Heads.of(
                config.count(prefix + "num_attention_heads"),
                config.count(prefix + "num_key_value_heads"),
                config.size(prefix + "head_dim"));
        if (heads.headDim() == 0) {
            throw config.malformed(prefix + "head_dim", "must not be 0");
        }
        long relativeSize = config.size("d_rel", 16);
        long extent = windowed ? window : config.size("rel_extent", 1024);
        double epsilon = TextModel.epsilon(config);
        return GroupedAttention.of(hidden, heads)
                .span(windowed ? Span.window(window) : Span.causal())
                .scored(1.0 / heads.headDim(), 0)
                .with(Slot.POSITION_BIAS, Linear.of("r_proj", hidden, heads.headCount() * relativeSize))
                .with(Slot.POSITION_BIAS, Table.of("rel_logits_proj.proj", relativeSize, extent))
                .with(Slot.CONVOLUTION, convolution(config, "k_sconv.conv1d", heads.keyWidth()))
                .with(Slot.CONVOLUTION, convolution(config, "v_sconv.conv1d", heads.valueWidth()))
                .normed(Norm.rms("q_norm", heads.headDim(), epsilon), Norm.rms("k_norm", heads.headDim(), epsilon))
                .build();
    }

    private static Block dense(Config config) {
        long hidden = config.size("hidden_size");
        long inner = config.size(config.firstOf("dense_intermediate_size", "intermediate_size"));
        return new FeedForward(
                "mlp",
                hidden,
                inner,
                Activation.of(config.text("hidden_act")),
                true,
                List.of(
                        new Part(Slot.GATE, Linear.of("gate_proj", hidden, inner)),
                        new Part(Slot.UP, Linear.of("up_proj", hidden, inner)),
                        new Part(Slot.DOWN, Linear.of("down_proj", inner, hidden)),
                        new Part(Slot.OTHER, Table.of("global_scale", 1))));
    }

    private static Block experts(Config config) {
        long hidden = config.size("hidden_size");
        long inner = config.size("moe_intermediate_size");
        int count = config.count("n_routed_experts");
        int sharedCount = config.count("n_shared_experts", 2);
        String activation = config.text("hidden_act");
        var shared = new FeedForward(
                "",
                hidden,
                inner,
                Activation.of(activation),
                true,
                List.of(
                        new Part(Slot.GATE, bare("gate_proj", hidden, inner)),
                        new Part(Slot.UP, bare("up_proj", hidden, inner)),
                        new Part(Slot.DOWN, bare("down_proj", inner, hidden))));
        return MixtureOfExperts.of(
                        FeedForwards.bareGated(hidden, inner, activation), count, config.count("num_experts_per_tok"))
                .stacked()
                .routed(new Routing("sigmoid", true, config.number("route_scale", 1), 1, 1))
                .with(Slot.ROUTER, Linear.of("gate", hidden, count + sharedCount))
                .with(Slot.ROUTER, Table.of("gate.global_scale", 1))
                .with(Slot.ROUTER_BIAS, Table.buffer("gate.e_score_correction_bias", count))
                .with(
                        Slot.SHARED_EXPERT,
                        MixtureOfExperts.of(shared, sharedCount, sharedCount)
                                .named("shared_experts", "")
                                .stacked()
                                .build())
                .build();
    }

    private static Linear bare(String name, long in, long out) {
        return Linear.of(name, in, out).named(ParameterStyle.BARE);
    }
}
