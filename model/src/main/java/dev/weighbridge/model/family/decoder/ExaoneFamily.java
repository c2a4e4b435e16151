package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.TextModel;
import java.util.function.IntFunction;

/// EXAONE 4 (LG, arXiv:2507.11407): norms after the branches and of query and key heads; where there are windows, the
/// full
/// layers between them have no positions.
final class ExaoneFamily {
    private ExaoneFamily() {}

    static Family family() {
        return TextModel.members(Family.named("exaone4"), "Exaone4", ExaoneFamily::backbone, "exaone4");
    }

    private static Block backbone(Config config) {
        boolean windows = config.has("sliding_window");
        LayerTypes types =
                windows ? LayerTypes.mixers(config, pattern(config)) : LayerTypes.mixers(config, _ -> "full_attention");
        return TextModel.backbone(
                config,
                index -> {
                    boolean rotated = !windows || types.is(index, "sliding_attention");
                    return layer(config, TextModel.span(config, types.at(index)), rotated);
                },
                Norm.Kind.RMS);
    }

    /// Which layer is full within a period: a number, or letters of which the first releases have `LLLG`.
    private static IntFunction<String> pattern(Config config) {
        boolean letters = config.values().get("sliding_window_pattern") instanceof String;
        String kinds = letters ? config.text("sliding_window_pattern") : "";
        long period = letters ? kinds.length() : config.integer("sliding_window_pattern", 4);
        if (period <= 0) {
            throw config.malformed("sliding_window_pattern", "must not be empty or 0");
        }
        return index -> {
            boolean full = letters ? kinds.charAt((int) (index % period)) == 'G' : (index + 1) % period == 0;
            return full ? "full_attention" : "sliding_attention";
        };
    }

    private static Block layer(Config config, Span span, boolean rotated) {
        long headDim = GroupedAttention.heads(config).headDim();
        double epsilon = TextModel.epsilon(config);
        var attention = GroupedAttention.of(config)
                .span(span)
                .normed(Norm.rms("q_norm", headDim, epsilon), Norm.rms("k_norm", headDim, epsilon));
        return TextModel.postNormLayer(
                config,
                Norm.Kind.RMS,
                (rotated ? attention.rotary(config) : attention).build(),
                FeedForwards.gated(config, false));
    }
}
