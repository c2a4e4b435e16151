package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// BitNet b1.58 (arXiv:2402.17764, arXiv:2504.12285): ternary weights, with norms before both output projections.
final class BitNetFamily {
    private BitNetFamily() {}

    static Family family() {
        return TextModel.members(Family.named("bitnet"), "BitNet", BitNetFamily::backbone, "bitnet");
    }

    private static Block backbone(Config config) {
        boolean bias = config.flag("attention_bias");
        double epsilon = TextModel.epsilon(config);
        Block attention = GroupedAttention.of(config)
                .bias(bias, bias)
                .rotary(config, 500_000)
                .with(Slot.OUTPUT_NORM, Norm.rms("attn_sub_norm", config.size("hidden_size"), epsilon))
                .build();
        FeedForward gated = FeedForwards.gated(config, false);
        List<Part> parts = new ArrayList<>(gated.parts());
        parts.add(new Part(Slot.INNER_NORM, Norm.rms("ffn_sub_norm", gated.inner(), epsilon)));
        Block feedForward =
                new FeedForward(gated.name(), gated.in(), gated.inner(), gated.activation(), gated.gated(), parts);
        Block layer = TextModel.layer(config, Norm.Kind.RMS, attention, feedForward);
        return TextModel.backbone(config, _ -> layer, Norm.Kind.RMS);
    }
}
