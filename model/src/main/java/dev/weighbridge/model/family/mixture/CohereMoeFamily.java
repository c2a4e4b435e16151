package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Routing;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;

/// Cohere's mixtures (Cohere, 2026): attention and experts side by side behind one norm, windows with rotary positions
/// in three of four layers, none in the fourth.
final class CohereMoeFamily {
    private CohereMoeFamily() {}

    static Family family() {
        return TextModel.members(
                Family.named("cohere-moe"),
                "Cohere2Moe",
                CohereMoeFamily::backbone,
                CohereMoeFamily::head,
                "cohere2_moe");
    }

    private static Block head(Config config) {
        Head head = Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size"))
                .scaled(config.number("logit_scale", 1));
        return TextModel.head(config, head, "model.embed_tokens");
    }

    private static Norm norm(Config config, String name) {
        long hidden = config.size("hidden_size");
        return config.has("rms_norm_eps")
                ? Norm.rms(name, hidden, config.number("rms_norm_eps"))
                : Norm.layer(name, hidden, config.number("layer_norm_eps", 1e-5), false);
    }

    private static Block backbone(Config config) {
        int denseCount = config.count("first_k_dense_replace", 0);
        long densePattern = Math.max(1, config.integer("prefix_dense_sliding_window_pattern", 1));
        long pattern = Math.max(1, config.integer("sliding_window_pattern", 4));
        LayerTypes mixers = LayerTypes.mixers(
                config,
                index -> (index < denseCount ? (index + 1) % densePattern : (index - denseCount + 1) % pattern) == 0
                        ? "full_attention"
                        : "sliding_attention");
        LayerTypes feedForwards = LayerTypes.feedForwards(config, denseCount);
        Block dense = feedForward(
                config, "mlp", config.size(config.firstOf("prefix_dense_intermediate_size", "intermediate_size")));
        Block experts = experts(config);
        return TextModel.backbone(
                config,
                index -> {
                    boolean isDense = feedForwards.is(index, "dense");
                    boolean rotated = mixers.is(index, "sliding_attention") || (isDense && densePattern == 1);
                    return Sequence.of(
                            "",
                            Residual.of(
                                    norm(config, "input_layernorm"),
                                    Parallel.of(
                                            attention(config, mixers.at(index), rotated), isDense ? dense : experts)));
                },
                norm(config, "norm"));
    }

    private static Block attention(Config config, String type, boolean rotated) {
        boolean bias = config.flag("attention_bias");
        Rotary rotary = Rotaries.of(config, GroupedAttention.heads(config).headDim());
        return GroupedAttention.of(config)
                .bias(bias, bias)
                .span(TextModel.span(config, type))
                .rotary(rotated ? rotary.inPairs() : Rotary.NONE)
                .build();
    }

    private static Block feedForward(Config config, String name, long inner) {
        return FeedForwards.gated(name, config.size("hidden_size"), inner, config.text("hidden_act"), false);
    }

    private static Block experts(Config config) {
        long inner = config.size("intermediate_size");
        var routing = new Routing(
                config.text("expert_selection_fn", "softmax"), config.flag("norm_topk_prob", true), 1, 1, 1);
        var experts = MixtureOfExperts.of(
                        feedForward(config, "", inner),
                        config.count("num_experts"),
                        config.count("num_experts_per_tok"))
                .routed(routing)
                .router("gate", config.size("hidden_size"));
        int shared = config.count("num_shared_experts", 0);
        if (shared > 0) {
            experts.with(Slot.SHARED_EXPERT, feedForward(config, "shared_experts", inner * shared));
        }
        return experts.build();
    }
}
