package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.ParameterStyle;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Routing;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.ImagePatches;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// Step 3.7: a mixture of experts whose attention output is gated a head, behind a tower downsampled twice by
/// convolutions.
final class StepFamily {
    private StepFamily() {}

    static Family family() {
        return Family.named("step")
                .architecture(StepFamily::joined, "Step3p7ForConditionalGeneration")
                .backbone(StepFamily::text, "step3p5")
                .backbone(StepFamily::vision, "step3p5_vision");
    }

    private static Block joined(Config config) {
        Config text = config.part("text_config");
        Config vision = config.part("vision_config");
        return Sequence.of(
                "",
                Sequence.of("vision_model", vision(vision)),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "",
                        Joined.projection(
                                "vit_large_projector",
                                4 * width(vision),
                                text.size("hidden_size"),
                                config.flag("projector_bias"))),
                Sequence.tower(Tower.TEXT, "model", text(text)),
                Joined.head(text, config.flag("tie_word_embeddings"), "model.embed_tokens"));
    }

    private static long width(Config vision) {
        return vision.size(vision.firstOf("width", "hidden_size"));
    }

    private static Sequence vision(Config config) {
        long width = width(config);
        double epsilon = config.number("layer_norm_eps");
        long inner = (long) (width * config.number("mlp_ratio"));
        var patches = ImagePatches.of(config);
        var heads = EncoderLayer.heads(config, width, config.count(config.firstOf("heads", "num_attention_heads")));
        var attention = GroupedAttention.of(width, heads)
                .named("attn")
                .projections("", "", "", "out_proj")
                .bias(true, true)
                .span(Span.bidirectional())
                .rotary(Rotaries.axial(10_000, heads.headDim()))
                .stored(linear -> linear.name().equals("in_proj") ? linear.named(ParameterStyle.UNDERSCORE) : linear)
                .buildFused("in_proj");
        Block layer = EncoderLayer.scaled(
                Norm.layer("ln_1", width, epsilon),
                attention,
                "ls_1.gamma",
                Norm.layer("ln_2", width, epsilon),
                FeedForwards.plain("mlp", width, inner, config.text("hidden_act"), true, "c_fc", "c_proj"),
                "ls_2.gamma");
        return Sequence.tower(
                Tower.VISION,
                "",
                patches.embedding("conv1", width, false),
                Table.positions("positional_embedding", patches.count(), width),
                Norm.layer("ln_pre", width, epsilon),
                Repeat.of("transformer.resblocks", config.count(config.firstOf("layers", "num_hidden_layers")), layer),
                Convolution.plane("vit_downsampler1", width, 2 * width, 3, true).strided(2),
                Convolution.plane("vit_downsampler2", 2 * width, 4 * width, 3, true)
                        .strided(2));
    }

    private static Sequence text(Config config) {
        LayerTypes mixers = LayerTypes.mixers(config, _ -> "full_attention");
        LayerTypes feedForwards =
                LayerTypes.of(config, "mlp_layer_types", index -> sparse(config, index) ? "sparse" : "dense");
        return TextModel.backbone(
                config,
                index -> TextModel.layer(
                        config,
                        Norm.Kind.RMS_OFFSET,
                        attention(config, mixers.types().get(index)),
                        feedForwards.is(index, "sparse") ? experts(config, index) : dense(config, index)),
                Norm.Kind.RMS_OFFSET);
    }

    /// The layers that `moe_layers_enum` lists, as text or numbers; all from the fourth on without it.
    private static boolean sparse(Config config, int index) {
        return switch (config.values().get("moe_layers_enum")) {
            case null -> index >= 3;
            case String text -> List.of(text.replace(" ", "").split(",")).contains(String.valueOf(index));
            default -> config.integers("moe_layers_enum").contains((long) index);
        };
    }

    private static Block attention(Config config, String type) {
        boolean sliding = type.equals("sliding_attention");
        long hidden = config.size("hidden_size");
        int all = config.count("num_attention_heads");
        int near = config.partOrEmpty("attention_other_setting").count("num_attention_heads", all);
        int headCount = sliding ? config.count("num_sliding_attention_heads", near) : all;
        long headDim = config.size("head_dim");
        boolean bias = config.flag("attention_bias");
        double epsilon = TextModel.epsilon(config);
        boolean perHead = !config.has("gating")
                || "per-head".equals(config.values().get("gating"))
                || Boolean.TRUE.equals(config.values().get("gating"));
        return GroupedAttention.of(hidden, Heads.of(headCount, config.count("num_key_value_heads"), headDim))
                .bias(bias, bias)
                .span(sliding ? Span.window(config.size("sliding_window")) : Span.causal())
                .rotary(Rotaries.of(config, headDim, type))
                .scored(1 / Math.sqrt(config.number("query_pre_attn_scalar", (double) headDim)), 0)
                .normed(Norm.rmsOffset("q_norm", headDim, epsilon), Norm.rmsOffset("k_norm", headDim, epsilon))
                .with(Slot.OUTPUT_GATE, Linear.of("g_proj", hidden, perHead ? headCount : headCount * headDim))
                .build();
    }

    private static Activation activation(Config config, String limits, int index) {
        List<Double> all = config.numbers(limits);
        double limit = index < all.size() ? all.get(index) : 0;
        return new Activation(config.text("hidden_act"), limit == 0 ? Double.POSITIVE_INFINITY : limit);
    }

    private static FeedForward dense(Config config, int index) {
        return FeedForwards.gated(
                "mlp",
                config.size("hidden_size"),
                config.size("intermediate_size"),
                activation(config, "swiglu_limits_shared", index),
                config.flag("mlp_bias"),
                "gate_proj",
                "up_proj",
                "down_proj");
    }

    private static Block experts(Config config, int index) {
        long hidden = config.size("hidden_size");
        int count = config.count("n_routed_experts");
        FeedForward expert = FeedForwards.gated(
                "",
                hidden,
                config.size("moe_intermediate_size"),
                activation(config, "swiglu_limits", index),
                false,
                "gate_proj",
                "up_proj",
                "down_proj");
        FeedForward shared = FeedForwards.gated(
                "share_expert",
                hidden,
                config.size("share_expert_dim"),
                activation(config, "swiglu_limits_shared", index),
                config.flag("mlp_bias"),
                "gate_proj",
                "up_proj",
                "down_proj");
        return MixtureOfExperts.of(expert, count, config.count("num_experts_per_tok", 0))
                .named("", "moe")
                .stacked()
                .routed(new Routing("sigmoid", true, config.number("moe_router_scaling_factor", 1), 1, 1))
                .router("moe.gate", hidden)
                .with(Slot.ROUTER_BIAS, Table.buffer("moe.router_bias", count))
                .with(Slot.SHARED_EXPERT, shared)
                .build();
    }
}
