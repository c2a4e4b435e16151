package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;

/// ERNIE 4.5's text mixtures (Baidu, 2025): experts from `moe_layer_start_index` to `moe_layer_end_index` in every
/// `moe_layer_interval`-th layer, chosen by softmax plus a correction.
final class ErnieMoeFamily {
    private ErnieMoeFamily() {}

    static Family family() {
        return TextModel.members(
                Family.named("ernie-moe"),
                "Ernie4_5_Moe",
                ErnieMoeFamily::backbone,
                ErnieMoeFamily::head,
                "ernie4_5_moe");
    }

    private static Block head(Config config) {
        Head head = Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size"));
        return TextModel.head(config, config.flag("use_bias") ? head.biased() : head, "model.embed_tokens");
    }

    private static Block backbone(Config config) {
        boolean bias = config.flag("use_bias");
        long end = config.integer("moe_layer_end_index", -1);
        long last = end == -1 ? config.count("num_hidden_layers") - 1 : end;
        long first = config.integer("moe_layer_start_index", 1);
        long interval = Math.max(1, config.integer("moe_layer_interval", 1));
        Block attention = GroupedAttention.of(config)
                .bias(bias, bias)
                .rotary(Rotaries.of(config, GroupedAttention.heads(config).headDim(), "", 500_000, 1)
                        .inPairs())
                .build();
        Block dense = FeedForwards.gated(config, bias);
        Block experts = experts(config, bias);
        return TextModel.backbone(
                config,
                index -> TextModel.layer(
                        config,
                        Norm.Kind.RMS,
                        attention,
                        (index + 1) % interval == 0 && index >= first && index <= last ? experts : dense),
                Norm.Kind.RMS);
    }

    private static Block experts(Config config, boolean bias) {
        long hidden = config.size("hidden_size");
        long inner = config.size("moe_intermediate_size");
        int count = config.count("moe_num_experts");
        String activation = config.text("hidden_act");
        var experts = MixtureOfExperts.of(
                        FeedForwards.gated("", hidden, inner, activation, false), count, config.count("moe_k"))
                .router("gate", hidden)
                .with(Slot.ROUTER_BIAS, Table.of("moe_statics.e_score_correction_bias", 1, count));
        int shared = config.count("moe_num_shared_experts", 0);
        if (shared > 0) {
            experts.with(
                    Slot.SHARED_EXPERT, FeedForwards.gated("shared_experts", hidden, inner * shared, activation, bias));
        }
        return experts.build();
    }
}
