package dev.weighbridge.model.family.hybrid;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.LinearAttention;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// MiniMax-01 (arXiv:2501.08313): lightning attention (arXiv:2401.04658) beside softmax attention, Mixtral's experts.
/// The
/// norm stands before the residual, so that the factors α on the stream and β on the branch act as β / α on the branch.
final class MinimaxHybridFamily {
    private MinimaxHybridFamily() {}

    static Family family() {
        return TextModel.members(Family.named("minimax-01"), "MiniMax", MinimaxHybridFamily::backbone, "minimax");
    }

    private static Block backbone(Config config) {
        LayerTypes types = LayerTypes.mixers(config, index -> index % 2 == 0 ? "full_attention" : "linear_attention");
        Block experts = experts(config);
        Block whole = layer(config, "full_attn", attention(config), experts);
        Block linear = layer(config, "linear_attn", lightning(config), experts);
        return TextModel.backbone(config, index -> types.is(index, "full_attention") ? whole : linear, Norm.Kind.RMS);
    }

    private static Block layer(Config config, String kind, Block mixer, Block experts) {
        return Sequence.of(
                "",
                TextModel.norm(config, Norm.Kind.RMS, "input_layernorm"),
                Residual.scaled(factor(config, kind), mixer),
                TextModel.norm(config, Norm.Kind.RMS, "post_attention_layernorm"),
                Residual.scaled(factor(config, "mlp"), experts));
    }

    private static double factor(Config config, String kind) {
        double alpha = config.number(kind + "_alpha_factor", 1);
        if (alpha == 0) {
            throw config.malformed(kind + "_alpha_factor", "must not be 0");
        }
        return config.number(kind + "_beta_factor", 1) / alpha;
    }

    private static Block attention(Config config) {
        return GroupedAttention.of(config)
                .span(TextModel.window(config))
                .rotary(Rotaries.of(config, GroupedAttention.heads(config).headDim(), "", 1_000_000, 1))
                .build();
    }

    /// The decay factors within a block of `block_size` positions are stored, not trained.
    private static Block lightning(Config config) {
        Heads heads = GroupedAttention.heads(config);
        long hidden = config.size("hidden_size");
        int headCount = heads.headCount();
        long width = heads.queryWidth();
        long block = config.size("block_size", 256);
        return new LinearAttention(
                "self_attn",
                LinearAttention.Kind.LIGHTNING,
                headCount,
                headCount,
                heads.headDim(),
                heads.headDim(),
                0,
                List.of(
                        new Part(Slot.QUERY_KEY_VALUE, Linear.of("qkv_proj", hidden, 3 * width)),
                        new Part(Slot.DYNAMICS, Table.buffer("slope_rate", headCount, 1, 1)),
                        new Part(Slot.DYNAMICS, Table.buffer("query_decay", headCount, block, 1)),
                        new Part(Slot.DYNAMICS, Table.buffer("key_decay", headCount, block, 1)),
                        new Part(Slot.DYNAMICS, Table.buffer("diagonal_decay", 1, headCount, block, block)),
                        new Part(Slot.OUTPUT_NORM, Norm.rms("norm", width, 1e-6)),
                        new Part(Slot.OUTPUT_GATE, Linear.of("output_gate", hidden, width)),
                        new Part(Slot.OUTPUT, Linear.of("out_proj", width, hidden))));
    }

    private static Block experts(Config config) {
        long hidden = config.size("hidden_size");
        Block expert = FeedForwards.gated(
                "", hidden, config.size("intermediate_size"), config.text("hidden_act"), false, "w1", "w3", "w2");
        return MixtureOfExperts.of(expert, config.count("num_local_experts"), config.count("num_experts_per_tok"))
                .named("block_sparse_moe", "experts")
                .router("gate", hidden)
                .build();
    }
}
