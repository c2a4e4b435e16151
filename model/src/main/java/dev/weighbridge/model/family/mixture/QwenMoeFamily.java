package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.QwenExperts;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;

/// Qwen1.5-MoE and Qwen2-MoE (arXiv:2407.10671): biased projections and a gated shared expert; Qwen3-MoE
/// (arXiv:2505.09388) and the language models of Qwen3-VL and Qwen3-Omni: normed queries and keys, no shared expert.
final class QwenMoeFamily {
    private QwenMoeFamily() {}

    static Family family() {
        Family family = Family.named("qwen-moe");
        TextModel.members(family, "Qwen2Moe", QwenMoeFamily::second, "qwen2_moe");
        TextModel.members(family, "Qwen3Moe", QwenMoeFamily::third, "qwen3_moe", "qwen3_omni_moe_text");
        return family.architecture(QwenMoeFamily::stacked, "Qwen3VLMoeTextModel")
                .backbone(QwenMoeFamily::stacked, "qwen3_vl_moe_text");
    }

    private static Block second(Config config) {
        int windowed = config.flag("use_sliding_window") ? config.count("max_window_layers", 0) : 0;
        LayerTypes types = LayerTypes.mixers(
                config, index -> index % 2 == 0 && index < windowed ? "sliding_attention" : "full_attention");
        boolean bias = config.flag("qkv_bias", true);
        Attention whole = attention(config).bias(bias, false).build();
        Attention window = config.flag("use_sliding_window")
                ? attention(config)
                        .bias(bias, false)
                        .span(Span.window(config.size("sliding_window")))
                        .build()
                : whole;
        var feedForward = QwenExperts.of(config, QwenExperts.withShared(config, config.flag("norm_topk_prob")));
        return TextModel.backbone(
                config,
                index -> TextModel.layer(
                        config,
                        Norm.Kind.RMS,
                        types.is(index, "sliding_attention") ? window : whole,
                        feedForward.at(index)),
                Norm.Kind.RMS);
    }

    private static Block third(Config config) {
        return third(config, QwenExperts.of(config, QwenExperts.routed(config, config.flag("norm_topk_prob"))));
    }

    /// The form in which Qwen3-VL holds its experts: stacked, gate and up in one, always normalized.
    private static Block stacked(Config config) {
        return third(config, QwenExperts.of(config, QwenExperts.stacked(config)));
    }

    private static Block third(Config config, QwenExperts feedForward) {
        boolean bias = config.flag("attention_bias");
        double epsilon = config.number("rms_norm_eps", 1e-6);
        long headDim = GroupedAttention.heads(config).headDim();
        boolean windowed = config.flag("use_sliding_window") && config.has("sliding_window");
        Attention attention = attention(config)
                .bias(bias, bias)
                .span(windowed ? Span.window(config.size("sliding_window")) : Span.causal())
                .with(Slot.QUERY_NORM, Norm.rms("q_norm", headDim, epsilon))
                .with(Slot.KEY_NORM, Norm.rms("k_norm", headDim, epsilon))
                .build();
        return TextModel.backbone(
                config,
                index -> TextModel.layer(config, Norm.Kind.RMS, attention, feedForward.at(index)),
                Norm.Kind.RMS);
    }

    private static GroupedAttention attention(Config config) {
        return GroupedAttention.of(config)
                .rotary(Rotaries.of(config, GroupedAttention.heads(config).headDim()));
    }
}
