package dev.weighbridge.model.family.hybrid;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.StateSpace;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Mamba;
import dev.weighbridge.model.family.component.TextModel;

/// Falcon-H1 (arXiv:2507.22448): attention and Mamba 2 side by side in every layer.
final class FalconHybridFamily {
    private FalconHybridFamily() {}

    static Family family() {
        return TextModel.members(
                Family.named("falcon-h1"),
                "FalconH1",
                FalconHybridFamily::backbone,
                FalconHybridFamily::head,
                "falcon_h1");
    }

    private static Block head(Config config) {
        Head head = Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size"))
                .scaled(config.number("lm_head_multiplier", 1));
        return TextModel.head(config, head, "model.embed_tokens");
    }

    private static Block backbone(Config config) {
        boolean bias = config.flag("attention_bias");
        Block attention =
                GroupedAttention.of(config).bias(bias, bias).rotary(config).build();
        Block feedForward = FeedForwards.gated(
                "feed_forward",
                config.size("hidden_size"),
                config.size("intermediate_size"),
                config.text("hidden_act"),
                config.flag("mlp_bias"));
        Norm norm = TextModel.norm(config, Norm.Kind.RMS, "input_layernorm");
        Block layer = Sequence.of(
                "",
                Residual.of(norm, Parallel.of(mamba(config), attention)),
                Residual.of(norm.renamed("pre_ff_layernorm"), feedForward));
        return Sequence.of(
                "",
                Embedding.of("embed_tokens", config.size("vocab_size"), config.size("hidden_size"))
                        .scaled(config.number("embedding_multiplier", 1)),
                Repeat.of("layers", config.count("num_hidden_layers"), layer),
                norm.renamed("final_layernorm"));
    }

    private static StateSpace mamba(Config config) {
        long hidden = config.size("hidden_size");
        long inner = config.has("mamba_d_ssm")
                ? config.size("mamba_d_ssm")
                : (long) (config.number("mamba_expand", 2) * hidden);
        int groupCount = config.count("mamba_n_groups");
        Mamba mamba = Mamba.of("mamba", hidden, inner, config.size("mamba_d_state"), config.size("mamba_d_conv"))
                .bias(
                        config.flag("mamba_proj_bias"),
                        config.flag("mamba_conv_bias", true),
                        config.flag("projectors_bias"));
        if (config.flag("mamba_rms_norm")) {
            mamba.with(
                    config.flag("mamba_norm_before_gate", true) ? Slot.OUTPUT_NORM : Slot.GATED_NORM,
                    Norm.rms("norm", inner, TextModel.epsilon(config)).grouped(groupCount));
        }
        return mamba.second(config.count("mamba_n_heads"), groupCount, config.size("mamba_chunk_size", 256));
    }
}
