package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.DenseFirst;
import dev.weighbridge.model.family.component.FineGrainedExperts;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;

/// Grouped-query attention with DeepSeek's experts: dots.llm1 (arXiv:2506.05767), Solar Open (arXiv:2601.07022) and
/// K-EXAONE (arXiv:2601.01739).
final class FineGrainedFamily {
    private FineGrainedFamily() {}

    static Family family() {
        Family family = Family.named("fine-grained");
        TextModel.members(family, "Dots1", FineGrainedFamily::dots, "dots1");
        TextModel.members(family, "SolarOpen", FineGrainedFamily::solar, "solar_open");
        return TextModel.members(family, "ExaoneMoe", FineGrainedFamily::exaone, "exaone_moe");
    }

    private static Block dots(Config config) {
        int wholeCount = config.count("max_window_layers", Config.MAX_COUNT);
        LayerTypes types = LayerTypes.mixers(
                config,
                index -> config.has("sliding_window") && index >= wholeCount ? "sliding_attention" : "full_attention");
        boolean bias = config.flag("attention_bias");
        return DenseFirst.backbone(
                config,
                index -> normed(config)
                        .bias(bias, bias)
                        .span(TextModel.span(config, types.at(index)))
                        .rotary(config)
                        .build(),
                FineGrainedExperts.balanced(config).build());
    }

    private static Block solar(Config config) {
        Attention attention = GroupedAttention.of(config)
                .bias(config.flag("attention_bias"), false)
                .rotary(Rotaries.of(config, GroupedAttention.heads(config).headDim(), "", 1_000_000, 1))
                .build();
        return DenseFirst.backbone(
                config, _ -> attention, FineGrainedExperts.balanced(config).build());
    }

    /// Windowed layers alone have rotary positions, unless there is no window at all.
    private static Block exaone(Config config) {
        boolean windowed = config.has("sliding_window");
        LayerTypes types = windowed
                ? LayerTypes.mixers(config, config.integer("sliding_window_pattern", 4))
                : LayerTypes.mixers(config, _ -> "full_attention");
        Rotary rotary = Rotaries.of(config, GroupedAttention.heads(config).headDim());
        Config named = config.with("n_routed_experts", config.integer("num_experts"))
                .with("n_shared_experts", config.integer("num_shared_experts", 1));
        return DenseFirst.backbone(
                config,
                index -> {
                    Span span = TextModel.span(config, types.at(index));
                    return normed(config)
                            .span(span)
                            .rotary(windowed && span.equals(Span.causal()) ? Rotary.NONE : rotary)
                            .build();
                },
                FineGrainedExperts.balanced(named, "e_score_correction_bias").build());
    }

    private static GroupedAttention normed(Config config) {
        GroupedAttention attention = GroupedAttention.of(config);
        long headDim = GroupedAttention.heads(config).headDim();
        double epsilon = TextModel.epsilon(config);
        return attention.normed(Norm.rms("q_norm", headDim, epsilon), Norm.rms("k_norm", headDim, epsilon));
    }
}
