package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GraniteModel;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.TextModel;

/// Granite 3 (arXiv:2408.13359, Power): Llama's layers with factors on embedding, branches, scores and logits. The
/// variant with windows adds one sink a head and a base of rotary positions a layer.
final class GraniteFamily {
    private GraniteFamily() {}

    static Family family() {
        Family family = Family.named("granite");
        TextModel.members(family, "Granite", GraniteFamily::granite, GraniteModel::head, "granite");
        return TextModel.members(family, "GraniteSWA", GraniteFamily::windowed, GraniteModel::head, "granite_swa");
    }

    private static Block granite(Config config) {
        Block layer = layer(config, GraniteModel.attention(config).rotary(config));
        return GraniteModel.backbone(config, _ -> layer);
    }

    private static Block windowed(Config config) {
        LayerTypes types = LayerTypes.mixers(config, index -> index % 4 == 0 ? "full_attention" : "sliding_attention");
        return GraniteModel.backbone(
                config,
                index -> layer(
                        config,
                        GraniteModel.attention(config)
                                .span(TextModel.span(config, types.at(index)))
                                .rotary(GraniteModel.rotary(config, index))
                                .with(Slot.SINKS, Table.of("sinks", config.count("num_attention_heads")))));
    }

    private static Block layer(Config config, GroupedAttention attention) {
        return GraniteModel.layer(config, attention.build(), FeedForwards.gated(config, config.flag("mlp_bias")));
    }
}
