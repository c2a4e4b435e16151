package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.DenseFirst;
import dev.weighbridge.model.family.component.FineGrainedExperts;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;

/// MiMo-V2-Flash (Xiaomi, arXiv:2601.02780): narrower value heads; windows with sinks and twice the key heads in five
/// of
/// six layers.
final class MimoFamily {
    private MimoFamily() {}

    static Family family() {
        return TextModel.members(Family.named("mimo"), "MiMoV2Flash", MimoFamily::backbone, "mimo_v2_flash");
    }

    private static Block backbone(Config config) {
        LayerTypes types = LayerTypes.mixers(
                config, index -> index == 0 || (index + 1) % 6 == 0 ? "full_attention" : "sliding_attention");
        Attention whole = attention(config, false);
        Attention window = attention(config, true);
        return DenseFirst.backbone(
                config,
                LayerTypes.feedForwards(config, 1),
                index -> types.is(index, "sliding_attention") ? window : whole,
                FineGrainedExperts.balanced(config.with("n_shared_experts", null))
                        .build());
    }

    private static Attention attention(Config config, boolean windowed) {
        int headCount = config.count("num_attention_heads");
        long headDim = config.size("head_dim");
        int wholeCount = config.count("num_key_value_heads");
        int kvHeadCount = windowed ? config.count("swa_num_key_value_heads", 2 * wholeCount) : wholeCount;
        var heads = new Heads(headCount, kvHeadCount, headDim, config.size("v_head_dim"), 0, 0);
        var attention = GroupedAttention.of(config.size("hidden_size"), heads)
                .bias(config.flag("attention_bias"), false)
                .span(windowed ? TextModel.window(config) : Span.causal())
                .rotary(Rotaries.of(
                        config,
                        headDim,
                        windowed ? "sliding_attention" : "full_attention",
                        windowed ? 10_000 : 5_000_000,
                        0.334));
        if (windowed) {
            attention.with(Slot.SINKS, Table.of("attention_sink_bias", headCount));
        }
        return attention.build();
    }
}
