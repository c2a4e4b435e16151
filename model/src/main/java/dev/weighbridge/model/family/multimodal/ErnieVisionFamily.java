package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.ParameterStyle;
import dev.weighbridge.model.block.Repeat;
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
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// ERNIE 4.5 VL: each layer holds two mixtures of experts, one for text and a narrower one for what is seen, and shared
/// experts for both; patches are merged in space and then in time.
final class ErnieVisionFamily {
    private static final double EPSILON = 1e-6;

    private ErnieVisionFamily() {}

    static Family family() {
        return Family.named("ernie-vision")
                .architecture(
                        ErnieVisionFamily::joined,
                        "Ernie4_5_VLMoeForConditionalGeneration",
                        "Ernie4_5_VL_MoeForConditionalGeneration")
                .backbone(ErnieVisionFamily::text, "ernie4_5_vl_moe_text")
                .backbone(ErnieVisionFamily::vision, "ernie4_5_vl_moe_vision");
    }

    private static Block joined(Config config) {
        Config text = config.part("text_config");
        Config vision = config.part("vision_config");
        return Sequence.of(
                "",
                Sequence.of(
                        "model",
                        Sequence.of("vision_model", vision(vision)),
                        resampler(vision, text),
                        Sequence.tower(Tower.TEXT, "", text(text))),
                Joined.head(text, config.flag("tie_word_embeddings"), "model.embed_tokens"));
    }

    private static Block vision(Config config) {
        long width = config.size("hidden_size");
        double epsilon = config.number("rms_norm_eps", EPSILON);
        long patch = config.size("patch_size");
        var heads = EncoderLayer.heads(config, width, config.count("num_heads"));
        var attention = GroupedAttention.of(width, heads)
                .named("attn")
                .projections("", "", "", "proj")
                .bias(true, true)
                .span(Span.bidirectional())
                .rotary(Rotaries.axial(10_000, heads.headDim()))
                .buildFused("qkv");
        var feedForward = FeedForwards.plain(
                "mlp", width, config.size("intermediate_size"), config.text("hidden_act"), true, "fc1", "fc2");
        return Sequence.tower(
                Tower.VISION,
                "",
                Linear.of("patch_embed.proj", config.size("in_channels") * patch * patch, width),
                Repeat.of(
                        "blocks",
                        config.count("depth"),
                        EncoderLayer.of(
                                Norm.layer("norm1", width, epsilon),
                                attention,
                                Norm.layer("norm2", width, epsilon),
                                feedForward)),
                Norm.layer("ln", width, epsilon));
    }

    private static Block resampler(Config vision, Config text) {
        long side = vision.size("spatial_merge_size");
        long spatial = vision.size("hidden_size") * side * side;
        long hidden = text.size("hidden_size");
        double epsilon = vision.number("rms_norm_eps", EPSILON);
        return Sequence.tower(
                Tower.PROJECTOR,
                "resampler_model",
                merging("spatial_linear", spatial, spatial, epsilon),
                merging("temporal_linear", spatial * vision.size("temporal_merge_size"), spatial, epsilon),
                Joined.projection("mlp", spatial, hidden, true),
                Norm.rms("after_norm", hidden, text.number("rms_norm_eps")));
    }

    private static Block merging(String name, long in, long out, double epsilon) {
        return Sequence.of(
                name,
                Joined.projection("0", in, out, true),
                Joined.projection("2", out, out, true),
                Norm.layer("3", out, epsilon));
    }

    private static Sequence text(Config config) {
        boolean bias = config.flag("use_bias");
        Block attention = GroupedAttention.of(config)
                .bias(bias, bias)
                .rotary(Rotaries.of(config, GroupedAttention.heads(config).headDim(), "", 500_000, 1)
                        .inPairs())
                .build();
        Block dense = FeedForwards.gated(config, bias);
        Block experts = experts(config, bias);
        LayerTypes types = LayerTypes.feedForwards(config, 1);
        return TextModel.backbone(
                config,
                index -> TextModel.layer(config, Norm.Kind.RMS, attention, types.is(index, "sparse") ? experts : dense),
                Norm.Kind.RMS);
    }

    /// The experts of both mixtures share one numbering, those of text first.
    private static Block experts(Config config, boolean bias) {
        long hidden = config.size("hidden_size");
        int count = config.count("moe_num_experts");
        List<Long> inner =
                config.has("moe_intermediate_size") ? config.integers("moe_intermediate_size") : List.of(1536L, 512L);
        if (inner.size() != 2) {
            throw config.malformed("moe_intermediate_size", "must hold one width for text and one for vision");
        }
        String activation = config.text("hidden_act");
        long shared = inner.getFirst() * config.count("moe_num_shared_experts", 0);
        var text = mixture(config, hidden, inner.get(0), count)
                .with(Slot.ROUTER, Linear.of("gate", hidden, count).storedInputFirst())
                .with(Slot.ROUTER_BIAS, Table.of("moe_statics.e_score_correction_bias", 2, count));
        if (shared > 0) {
            text.with(Slot.SHARED_EXPERT, FeedForwards.gated("shared_experts", hidden, shared, activation, bias));
        }
        var seen = mixture(config, hidden, inner.get(1), count)
                .numberedFrom(count)
                .with(
                        Slot.ROUTER,
                        Linear.of("gate.weight_1", hidden, count)
                                .storedInputFirst()
                                .named(ParameterStyle.BARE));
        return Parallel.of(text.build(), seen.build());
    }

    private static MixtureOfExperts mixture(Config config, long hidden, long inner, int count) {
        return MixtureOfExperts.of(
                FeedForwards.gated("", hidden, inner, config.text("hidden_act"), false),
                count,
                config.count("moe_k", 0));
    }
}
