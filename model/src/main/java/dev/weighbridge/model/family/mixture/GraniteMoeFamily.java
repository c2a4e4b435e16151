package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GraniteModel;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.TextModel;

/// Granite 3's mixtures (IBM, 2024): stacked experts, with or without a shared feed-forward; the variant with windows
/// has
/// one sink a head and a base of rotary positions a layer.
final class GraniteMoeFamily {
    private GraniteMoeFamily() {}

    static Family family() {
        Family family = Family.named("granite-moe");
        TextModel.members(family, "GraniteMoe", GraniteMoeFamily::plain, GraniteModel::head, "granitemoe");
        TextModel.members(family, "GraniteMoeShared", GraniteMoeFamily::shared, GraniteModel::head, "granitemoeshared");
        return TextModel.members(
                family, "GraniteMoeSWA", GraniteMoeFamily::windowed, GraniteModel::head, "granitemoe_swa");
    }

    private static Block plain(Config config) {
        return shared(config.with("shared_intermediate_size", 0L));
    }

    private static Block shared(Config config) {
        Block layer = GraniteModel.layer(
                config,
                GraniteModel.attention(config)
                        .rotary(GraniteModel.rotary(config, 0))
                        .build(),
                GraniteModel.experts(config));
        return GraniteModel.backbone(config, _ -> layer);
    }

    private static Block windowed(Config config) {
        LayerTypes types = LayerTypes.mixers(config, index -> index % 4 == 0 ? "full_attention" : "sliding_attention");
        Block expert = FeedForwards.bareGated(
                config.size("hidden_size"), config.size("intermediate_size"), config.text("hidden_act"));
        Block experts = GraniteModel.experts(config, expert, "block_sparse_moe.experts", "block_sparse_moe.router");
        return GraniteModel.backbone(
                config,
                index -> GraniteModel.layer(
                        config,
                        GraniteModel.attention(config)
                                .span(TextModel.span(config, types.at(index)))
                                .rotary(GraniteModel.rotary(config, index))
                                .with(Slot.SINKS, Table.of("sinks", config.count("num_attention_heads")))
                                .build(),
                        experts));
    }
}
