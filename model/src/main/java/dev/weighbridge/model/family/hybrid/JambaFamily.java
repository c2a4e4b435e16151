package dev.weighbridge.model.family.hybrid;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Routing;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.StateSpace;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Mamba;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.TextModel;

/// Jamba (arXiv:2403.19887): attention without positions in one of eight layers, Mamba in the others, experts in every
/// second layer.
final class JambaFamily {
    private JambaFamily() {}

    static Family family() {
        return TextModel.members(Family.named("jamba"), "Jamba", JambaFamily::backbone, "jamba");
    }

    private static Block backbone(Config config) {
        Block attention = GroupedAttention.of(config).build();
        Block mamba = mamba(config);
        Block dense = feedForward(config, "feed_forward");
        Block sparse = config.count("num_experts") > 1 ? experts(config) : dense;
        return TextModel.backbone(
                config,
                index -> layer(
                        config,
                        isAt(config, index, "attn_layer_period", "attn_layer_offset") ? attention : mamba,
                        isAt(config, index, "expert_layer_period", "expert_layer_offset") ? sparse : dense),
                TextModel.norm(config, Norm.Kind.RMS, "final_layernorm"));
    }

    private static boolean isAt(Config config, int index, String periodField, String offsetField) {
        int period = config.count(periodField);
        if (period == 0) {
            throw config.malformed(periodField, "must not be 0");
        }
        return index % period == config.count(offsetField);
    }

    private static Block layer(Config config, Block mixer, Block feedForward) {
        return Sequence.of(
                "",
                Residual.of(TextModel.norm(config, Norm.Kind.RMS, "input_layernorm"), mixer),
                Residual.of(TextModel.norm(config, Norm.Kind.RMS, "pre_ff_layernorm"), feedForward));
    }

    private static Block feedForward(Config config, String name) {
        return FeedForwards.gated(
                name, config.size("hidden_size"), config.size("intermediate_size"), config.text("hidden_act"), false);
    }

    private static Block experts(Config config) {
        return MixtureOfExperts.of(
                        feedForward(config, ""), config.count("num_experts"), config.count("num_experts_per_tok"))
                .named("feed_forward", "experts")
                .routed(Routing.softmax(false))
                .router("router", config.size("hidden_size"))
                .build();
    }

    private static StateSpace mamba(Config config) {
        long hidden = config.size("hidden_size");
        long state = config.size("mamba_d_state");
        long rank = MambaFamily.stepRank(config, "mamba_dt_rank");
        boolean bias = config.flag("mamba_proj_bias");
        double epsilon = config.number("rms_norm_eps", 1e-6);
        return Mamba.of("mamba", hidden, config.count("mamba_expand") * hidden, state, config.size("mamba_d_conv"))
                .bias(bias, config.flag("mamba_conv_bias", true), bias)
                .with(Slot.DYNAMICS, Norm.rms("dt_layernorm", rank, epsilon))
                .with(Slot.DYNAMICS, Norm.rms("b_layernorm", state, epsilon))
                .with(Slot.DYNAMICS, Norm.rms("c_layernorm", state, epsilon))
                .first(rank);
    }
}
