package dev.weighbridge.model.family.vision;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.ImagePatches;
import dev.weighbridge.model.family.component.Rotaries;

/// Pixtral's vision tower (arXiv:2410.07073): Llama's layer without a mask, rotary positions over rows and columns.
final class PixtralFamily {
    private PixtralFamily() {}

    static Family family() {
        return Family.named("pixtral")
                .architecture(PixtralFamily::tower, "PixtralVisionModel")
                .backbone(PixtralFamily::tower, "pixtral");
    }

    private static Block tower(Config config) {
        long width = config.size("hidden_size");
        var heads = EncoderLayer.heads(config, width, config.count("num_attention_heads"));
        var attention = GroupedAttention.of(width, heads)
                .named("attention")
                .span(Span.bidirectional())
                .rotary(Rotaries.axial(Rotaries.of(config, heads.headDim()).theta(), heads.headDim()))
                .build();
        var feedForward = FeedForwards.gated(
                "feed_forward", width, config.size("intermediate_size"), config.text("hidden_act"), false);
        Block layer = EncoderLayer.of(
                Norm.rms("attention_norm", width, 1e-5), attention, Norm.rms("ffn_norm", width, 1e-5), feedForward);
        return Sequence.tower(
                Tower.VISION,
                "",
                ImagePatches.of(config).embedding("patch_conv", width, false),
                Norm.rms("ln_pre", width, 1e-5),
                Repeat.of("transformer.layers", config.count("num_hidden_layers"), layer));
    }
}
