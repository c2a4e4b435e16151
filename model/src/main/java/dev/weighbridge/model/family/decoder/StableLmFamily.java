package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;

/// StableLM (Stability 2023, arXiv:2402.17834): layer norms, a quarter of each head rotated; optionally biases, a norm
/// for
/// each head, and attention and feed-forward side by side.
final class StableLmFamily {
    private StableLmFamily() {}

    static Family family() {
        return TextModel.members(Family.named("stablelm"), "StableLm", StableLmFamily::backbone, "stablelm");
    }

    private static Block backbone(Config config) {
        Block attention = attention(config);
        Block feedForward = FeedForwards.gated(config, false);
        Block layer = config.flag("use_parallel_residual")
                ? Residual.of(
                        TextModel.norm(config, Norm.Kind.LAYER, "input_layernorm"), Parallel.of(attention, feedForward))
                : TextModel.layer(config, Norm.Kind.LAYER, attention, feedForward);
        return TextModel.backbone(config, _ -> layer, Norm.Kind.LAYER);
    }

    private static Block attention(Config config) {
        Heads heads = GroupedAttention.heads(config.with("head_dim", null));
        var attention = GroupedAttention.of(config.size("hidden_size"), heads)
                .bias(config.flag("use_qkv_bias"), false)
                .rotary(Rotaries.of(config, heads.headDim(), "", 10_000, 0.25));
        if (config.flag("qk_layernorm")) {
            attention
                    .with(Slot.QUERY_NORM, headNorms(config, "q_layernorm", heads.headCount(), heads.headDim()))
                    .with(Slot.KEY_NORM, headNorms(config, "k_layernorm", heads.kvHeadCount(), heads.headDim()));
        }
        return attention.build();
    }

    private static Block headNorms(Config config, String name, int headCount, long headDim) {
        Norm norm = Norm.layer("", headDim, TextModel.epsilon(config), false);
        return Sequence.of(name, Repeat.of("norms", headCount, norm));
    }
}
