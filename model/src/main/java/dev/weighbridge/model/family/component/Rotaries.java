package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.config.Config;
import java.util.Map;

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
        return of(config, headDim, layerType, 10_000, 1);
    }

    /// The settings for layers of one type, with the base and the rotated share that the architecture takes where the
    /// configuration gives none.
    public static Rotary of(Config config, long headDim, String layerType, double defaultTheta, double defaultShare) {
        Config parameters = config.partOrEmpty("rope_parameters");
        Config rules = parameters.optionalPart(layerType).orElse(parameters);
        double theta = rules.number(
                "rope_theta", config.number(config.firstOf("rope_theta", "rotary_emb_base"), defaultTheta));
        double share = rules.number(
                "partial_rotary_factor",
                config.number(config.firstOf("partial_rotary_factor", "rotary_pct"), defaultShare));
        Config scaling = parameters.names().isEmpty() ? config.partOrEmpty("rope_scaling") : rules;
        boolean plain =
                scaling.text("rope_type", scaling.text("type", "default")).equals("default")
                        && !scaling.has("mrope_section");
        return new Rotary(theta, (long) (headDim * share), false, plain ? Config.EMPTY : scaling);
    }

    /// Positions in rows and columns: half of each head turns by the row, half by the column (Qwen2-VL,
    /// arXiv:2409.12191).
    public static Rotary axial(double theta, long headDim) {
        return new Rotary(theta, headDim, false, Config.of(Map.of("rope_type", "axial")));
    }
}
