package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.config.Config;

/// Reads rotary settings from a configuration.
///
/// `rope_parameters` is the present form (one map, or one per layer type); `rope_theta` with `rope_scaling` the older
/// one.
public final class Rotaries {
    private Rotaries() {}

    /// The settings for heads of `headDim`, the rotated share given by `partial_rotary_factor` or `rotary_pct`.
    public static Rotary of(Config config, long headDim) {
        return of(config, headDim, "");
    }

    /// The settings for layers of one type (`full_attention`, `sliding_attention`), where they differ by type.
    public static Rotary of(Config config, long headDim, String layerType) {
        Config parameters = config.partOrEmpty("rope_parameters");
        Config rules = parameters.optionalPart(layerType).orElse(parameters);
        double theta =
                rules.number("rope_theta", config.number("rope_theta", config.number("rotary_emb_base", 10_000)));
        double share = rules.number(
                "partial_rotary_factor", config.number("partial_rotary_factor", config.number("rotary_pct", 1)));
        Config scaling = parameters.names().isEmpty() ? config.partOrEmpty("rope_scaling") : rules;
        boolean plain =
                scaling.text("rope_type", scaling.text("type", "default")).equals("default");
        return new Rotary(theta, (long) (headDim * share), false, plain ? Config.EMPTY : scaling);
    }
}
