package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;
import dev.weighbridge.model.tensor.Shape;

/// Doge (SmallDoge 2025): a mask computed from the values chooses the positions that attention keeps, residual streams
/// are
/// scaled by trained weights, and the feed-forward may be joined by experts of one neuron each (arXiv:2407.04153).
final class DogeFamily {
    private DogeFamily() {}

    static Family family() {
        return TextModel.members(Family.named("doge"), "Doge", DogeFamily::backbone, "doge");
    }

    private static Block backbone(Config config) {
        long hidden = config.size("hidden_size");
        Block layer = Sequence.of(
                "",
                Table.of("input_residual", hidden),
                Residual.of(TextModel.norm(config, Norm.Kind.RMS, "input_layernorm"), attention(config)),
                Table.of("post_attention_residual", hidden),
                Residual.of(
                        TextModel.norm(config, Norm.Kind.RMS, "post_attention_layernorm"),
                        config.flag("is_moe")
                                ? withNeuronExperts(config)
                                : FeedForwards.gated(config, config.flag("mlp_bias"))));
        return TextModel.backbone(config, _ -> layer, Norm.Kind.RMS);
    }

    private static Block attention(Config config) {
        Heads heads = GroupedAttention.heads(config);
        double epsilon = TextModel.epsilon(config);
        boolean bias = config.flag("attention_bias");
        return GroupedAttention.of(config)
                .bias(bias, bias)
                .rotary(config)
                .normed(Norm.rms("q_norm", heads.headDim(), epsilon), Norm.rms("k_norm", heads.headDim(), epsilon))
                .with(Slot.POSITION_BIAS, Table.of("A", heads.kvHeadCount()))
                .with(Slot.POSITION_BIAS, Linear.of("dt_proj", heads.keyWidth(), heads.kvHeadCount(), bias))
                .build();
    }

    /// The neurons are rows of two tables, found by two routers of √experts keys each.
    private static Block withNeuronExperts(Config config) {
        long hidden = config.size("hidden_size");
        long expertCount = config.count("num_experts");
        long keys = (long) Math.floor(Math.sqrt((double) expertCount));
        FeedForward dense = FeedForwards.gated(
                "", hidden, config.size("intermediate_size"), config.text("hidden_act"), config.flag("mlp_bias"));
        return Sequence.of(
                "mlp",
                Parallel.of(
                        dense,
                        Sequence.of(
                                "",
                                Linear.of("router_gate", hidden, 2 * keys).as(Role.ROUTER),
                                new Table("down_embed.weight", Shape.of(expertCount, hidden), Role.EXPERT),
                                new Table("up_embed.weight", Shape.of(expertCount, hidden), Role.EXPERT))));
    }
}
