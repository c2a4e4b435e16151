package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;

/// Llama 1 to 3 (arXiv:2302.13971, arXiv:2407.21783).
final class LlamaFamily {
    private LlamaFamily() {}

    static Family family() {
        return TextModel.members(Family.named("llama"), "Llama", LlamaFamily::backbone, "llama");
    }

    static Block backbone(Config config) {
        return TextModel.backbone(config, _ -> layer(config), Norm.Kind.RMS);
    }

    private static Block layer(Config config) {
        boolean bias = config.flag("attention_bias");
        var attention =
                GroupedAttention.of(config).bias(bias, bias).rotary(config).build();
        var feedForward = FeedForwards.gated(config, config.flag("mlp_bias"));
        return TextModel.layer(config, Norm.Kind.RMS, attention, feedForward);
    }
}
