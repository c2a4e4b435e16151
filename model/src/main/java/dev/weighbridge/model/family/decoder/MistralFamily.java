package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;

/// Mistral 7B (arXiv:2310.06825) and Ministral: Llama's layers, whose attention may be limited to a window.
final class MistralFamily {
    private MistralFamily() {}

    static Family family() {
        Family family = Family.named("mistral");
        TextModel.members(family, "Mistral", MistralFamily::backbone, "mistral");
        TextModel.members(family, "Ministral", MistralFamily::alternating, "ministral");
        return TextModel.members(family, "Ministral3", MistralFamily::backbone, "ministral3");
    }

    private static Block backbone(Config config) {
        return TextModel.backbone(config, _ -> layer(config, TextModel.window(config)), Norm.Kind.RMS);
    }

    /// Every layer has its own type.
    private static Block alternating(Config config) {
        return TextModel.backbone(
                config,
                index -> layer(
                        config, config.has("layer_types") ? TextModel.span(config, index) : TextModel.window(config)),
                Norm.Kind.RMS);
    }

    private static Block layer(Config config, Span span) {
        var attention = GroupedAttention.of(config).span(span).rotary(config).build();
        return TextModel.layer(config, Norm.Kind.RMS, attention, FeedForwards.gated(config, false));
    }
}
