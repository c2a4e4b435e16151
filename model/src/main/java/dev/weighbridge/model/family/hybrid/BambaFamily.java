package dev.weighbridge.model.family.hybrid;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.StateSpace;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Mamba;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// Bamba (IBM, 2024): Mamba 2 in most layers, attention with rotary positions on half of each head in a few.
final class BambaFamily {
    private BambaFamily() {}

    static Family family() {
        return TextModel.members(Family.named("bamba"), "Bamba", BambaFamily::backbone, "bamba");
    }

    private static Block backbone(Config config) {
        List<Long> attending = config.integers("attn_layer_indices");
        boolean bias = config.flag("attention_bias");
        Block attention = layer(
                config,
                GroupedAttention.of(config)
                        .bias(bias, bias)
                        .rotary(Rotaries.of(
                                config, GroupedAttention.heads(config).headDim(), "", 10_000, 0.5))
                        .build());
        Block recurrent = layer(config, mamba(config));
        return TextModel.backbone(
                config,
                index -> attending.contains((long) index) ? attention : recurrent,
                TextModel.norm(config, Norm.Kind.RMS, "final_layernorm"));
    }

    private static Block layer(Config config, Block mixer) {
        Block feedForward = FeedForwards.gated(
                "feed_forward",
                config.size("hidden_size"),
                config.size("intermediate_size"),
                config.text("hidden_act"),
                config.flag("mlp_bias"));
        return Sequence.of(
                "",
                Residual.of(TextModel.norm(config, Norm.Kind.RMS, "input_layernorm"), mixer),
                Residual.of(TextModel.norm(config, Norm.Kind.RMS, "pre_ff_layernorm"), feedForward));
    }

    /// Mamba 2 as the fields with the prefix `mamba_` describe it; Granite 4 reads the same fields.
    static StateSpace mamba(Config config) {
        long hidden = config.size("hidden_size");
        long inner = (long) (config.number("mamba_expand") * hidden);
        boolean bias = config.flag("mamba_proj_bias");
        return Mamba.of("mamba", hidden, inner, config.size("mamba_d_state"), config.size("mamba_d_conv"))
                .bias(bias, config.flag("mamba_conv_bias", true), bias)
                .with(Slot.GATED_NORM, Norm.rms("norm", inner, config.number("rms_norm_eps", 1e-5)))
                .second(
                        config.count("mamba_n_heads"),
                        config.count("mamba_n_groups"),
                        config.size("mamba_chunk_size", 256));
    }
}
