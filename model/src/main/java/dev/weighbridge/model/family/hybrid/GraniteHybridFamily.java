package dev.weighbridge.model.family.hybrid;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.GraniteModel;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.TextModel;

/// Granite 4 (IBM, 2025): Mamba 2 in most layers, attention without positions in a few, with or without experts; the
/// small
/// ones without recurrence have rotary positions.
final class GraniteHybridFamily {
    private GraniteHybridFamily() {}

    static Family family() {
        return TextModel.members(
                Family.named("granite-hybrid"),
                "GraniteMoeHybrid",
                GraniteHybridFamily::backbone,
                GraniteModel::head,
                "granitemoehybrid");
    }

    private static Block backbone(Config config) {
        LayerTypes types = LayerTypes.mixers(config, _ -> "mamba");
        Block feedForward = GraniteModel.experts(config);
        boolean rotated = config.text("position_embedding_type", "").equals("rope");
        Block attention = GraniteModel.layer(
                config,
                GraniteModel.attention(config)
                        .rotary(rotated ? GraniteModel.rotary(config, 0) : Rotary.NONE)
                        .build(),
                feedForward);
        Block recurrent = GraniteModel.layer(config, BambaFamily.mamba(config), feedForward);
        return GraniteModel.backbone(
                config,
                index -> types.is(index, "mamba") || types.is(index, "linear_attention") ? recurrent : attention);
    }
}
