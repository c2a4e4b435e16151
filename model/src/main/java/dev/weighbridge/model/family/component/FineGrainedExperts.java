package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Routing;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;

/// Many narrow experts beside shared ones that every token meets (DeepSeekMoE, arXiv:2401.06066), in the names that
/// DeepSeek gave them and others kept: `mlp` with `gate`, `experts` and `shared_experts`.
public final class FineGrainedExperts {
    private FineGrainedExperts() {}

    /// `n_routed_experts` experts of `moe_intermediate_size`, and `n_shared_experts` of them as one wide feed-forward.
    public static MixtureOfExperts of(Config config, Routing routing) {
        Block expert = FeedForwards.gated(
                "", config.size("hidden_size"), config.size("moe_intermediate_size"), config.text("hidden_act"), false);
        return finish(config, routing, expert);
    }

    /// The same stacked, gate and up in one matrix.
    public static MixtureOfExperts stacked(Config config, Routing routing) {
        Block expert = FeedForwards.bareGated(
                        config.size("hidden_size"), config.size("moe_intermediate_size"), config.text("hidden_act"))
                .activated(activation(config));
        return finish(config, routing, expert).stacked();
    }

    /// `hidden_act`, clamped where `swiglu_limit` says so.
    private static Activation activation(Config config) {
        return new Activation(config.text("hidden_act"), config.number("swiglu_limit", Double.POSITIVE_INFINITY));
    }

    private static MixtureOfExperts finish(Config config, Routing routing, Block expert) {
        long hidden = config.size("hidden_size");
        var experts = MixtureOfExperts.of(
                        expert, config.count("n_routed_experts"), config.count("num_experts_per_tok", 0))
                .routed(routing)
                .router("gate", hidden);
        int shared = config.count("n_shared_experts", 0);
        return shared == 0
                ? experts
                : experts.with(
                        Slot.SHARED_EXPERT,
                        FeedForwards.gated(
                                        "shared_experts",
                                        hidden,
                                        config.size("moe_intermediate_size") * shared,
                                        config.text("hidden_act"),
                                        config.flag("mlp_bias"))
                                .activated(activation(config)));
    }

    /// The same, chosen by sigmoid scores plus a correction that balances the load without a loss (DeepSeek-V3,
    /// arXiv:2412.19437, section 2.1.2); the correction is stored, not trained.
    public static MixtureOfExperts balanced(Config config) {
        return balanced(config, "gate.e_score_correction_bias");
    }

    /// The same with the correction under another name.
    public static MixtureOfExperts balanced(Config config, String correction) {
        return of(config, sigmoid(config))
                .with(Slot.ROUTER_BIAS, Table.buffer(correction, config.count("n_routed_experts")));
    }

    /// Sigmoid scores with the groups, the normalisation and the scale that the configuration gives.
    public static Routing sigmoid(Config config) {
        return grouped(config, "sigmoid", config.flag("norm_topk_prob", true));
    }

    /// Scores of any kind with the groups and the scale that the configuration gives.
    public static Routing grouped(Config config, String score, boolean normalized) {
        return new Routing(
                score,
                normalized,
                config.number("routed_scaling_factor", 1),
                config.count("n_group", 1),
                config.count("topk_group", 1));
    }
}
