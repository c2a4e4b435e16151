package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Routing;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.config.Config;
import java.util.List;

/// The feed-forwards of Qwen's mixtures (arXiv:2407.10671, arXiv:2505.09388): experts in every `decoder_sparse_step`-th
/// layer except `mlp_only_layers`, a dense feed-forward in the others.
public final class QwenExperts {
    private final Block dense;
    private final Block sparse;
    private final boolean anyExperts;
    private final long step;
    private final List<Long> denseLayers;

    private QwenExperts(Config config, Block sparse) {
        this.dense = dense(config);
        this.sparse = sparse;
        this.anyExperts = config.count("num_experts") > 0;
        this.step = config.integer("decoder_sparse_step", 1);
        this.denseLayers = config.integers("mlp_only_layers");
        if (step <= 0) {
            throw config.malformed("decoder_sparse_step", "must be positive");
        }
    }

    /// Feed-forwards of which the sparse ones are these.
    public static QwenExperts of(Config config, MixtureOfExperts experts) {
        return new QwenExperts(config, experts.build());
    }

    /// The feed-forward of a layer.
    public Block at(int layer) {
        return anyExperts && (layer + 1) % step == 0 && !denseLayers.contains((long) layer) ? sparse : dense;
    }

    /// `num_experts` experts of `moe_intermediate_size`, chosen by softmax, held in numbered tensors.
    public static MixtureOfExperts routed(Config config, boolean normalized) {
        return MixtureOfExperts.of(
                        FeedForwards.gated(
                                "",
                                config.size("hidden_size"),
                                config.size("moe_intermediate_size"),
                                config.text("hidden_act"),
                                false),
                        config.count("num_experts"),
                        config.count("num_experts_per_tok"))
                .routed(Routing.softmax(normalized))
                .router("gate", config.size("hidden_size"));
    }

    /// Such experts stacked, gate and up in one matrix.
    public static MixtureOfExperts stacked(Config config) {
        long hidden = config.size("hidden_size");
        return MixtureOfExperts.of(
                        FeedForwards.bareGated(hidden, config.size("moe_intermediate_size"), config.text("hidden_act")),
                        config.count("num_experts"),
                        config.count("num_experts_per_tok"))
                .stacked()
                .router("gate", hidden);
    }

    /// Numbered experts beside one shared expert, weighed by a sigmoid gate of its own.
    public static MixtureOfExperts withShared(Config config, boolean normalized) {
        long hidden = config.size("hidden_size");
        long inner = config.size("shared_expert_intermediate_size");
        return routed(config, normalized)
                .with(
                        Slot.SHARED_EXPERT,
                        FeedForwards.gated("shared_expert", hidden, inner, config.text("hidden_act"), false))
                .with(Slot.SHARED_EXPERT_GATE, Linear.of("shared_expert_gate", hidden, 1));
    }

    private static Block dense(Config config) {
        return FeedForwards.gated(
                "mlp",
                config.size("hidden_size"),
                config.size("intermediate_size", 0),
                config.text("hidden_act"),
                false);
    }
}
