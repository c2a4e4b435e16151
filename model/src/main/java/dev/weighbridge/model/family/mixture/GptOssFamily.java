package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.ParameterStyle;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// gpt-oss (OpenAI, arXiv:2508.10925): a window in every other layer, attention sinks, biased experts that are stored
/// stacked and input first.
final class GptOssFamily {
    /// `(up + 1) · gate · σ(1.702 · gate)`, both clamped to 7 beforehand.
    private static final Activation CLAMPED_SWIGLU = new Activation("swiglu_oai", 7);

    private GptOssFamily() {}

    static Family family() {
        return TextModel.members(Family.named("gpt-oss"), "GptOss", GptOssFamily::backbone, "gpt_oss")
                .architecture(GptOssFamily::filter, "OpenAIPrivacyFilterModel")
                .architecture(
                        config -> TextModel.classifier(config, filter(config), true),
                        "OpenAIPrivacyFilterForTokenClassification")
                .backbone(GptOssFamily::filter, "openai_privacy_filter");
    }

    private static Block backbone(Config config) {
        LayerTypes types = LayerTypes.mixers(config, index -> index % 2 == 0 ? "sliding_attention" : "full_attention");
        Block experts = experts(config);
        Attention whole = attention(config, Span.causal());
        Attention window = attention(config, Span.window(config.size("sliding_window", 128)));
        return TextModel.backbone(
                config,
                index -> TextModel.layer(
                        config, Norm.Kind.RMS, types.is(index, "sliding_attention") ? window : whole, experts),
                Norm.Kind.RMS);
    }

    /// OpenAI's privacy filter: the same layers, looking `sliding_window` positions to either side.
    private static Block filter(Config config) {
        var span = new Span(Span.Kind.BIDIRECTIONAL_WINDOW, 2 * config.size("sliding_window", 128));
        Block layer = TextModel.layer(config, Norm.Kind.RMS, attention(config, span), experts(config));
        return TextModel.backbone(config, _ -> layer, Norm.Kind.RMS);
    }

    private static Attention attention(Config config, Span span) {
        boolean bias = config.flag("attention_bias", true);
        return GroupedAttention.of(config)
                .bias(bias, bias)
                .span(span)
                .rotary(Rotaries.of(config, GroupedAttention.heads(config).headDim(), "", 150_000, 1))
                .with(Slot.SINKS, Table.of("sinks", config.count("num_attention_heads")))
                .build();
    }

    private static Block experts(Config config) {
        long hidden = config.size("hidden_size");
        long inner = config.size("intermediate_size");
        int count = config.count("num_local_experts");
        var expert = new FeedForward(
                "",
                hidden,
                inner,
                CLAMPED_SWIGLU,
                true,
                List.of(
                        new Part(Slot.GATE_UP, stored("gate_up_proj", hidden, 2 * inner)),
                        new Part(Slot.DOWN, stored("down_proj", inner, hidden))));
        return MixtureOfExperts.of(expert, count, config.count("num_experts_per_tok"))
                .stacked()
                .with(Slot.ROUTER, Linear.of("router", hidden, count, true))
                .build();
    }

    private static Linear stored(String name, long in, long out) {
        return Linear.of(name, in, out, true).storedInputFirst().named(ParameterStyle.BARE);
    }
}
