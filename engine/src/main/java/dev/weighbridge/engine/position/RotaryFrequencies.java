package dev.weighbridge.engine.position;

import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.UnsupportedException;
import java.util.Arrays;

/// Angles a position turns each pair of a head by, `θ_i = base^(−2i/d)`, stretched as the rule of the configuration
/// says.
///
/// @param perPosition angle of each pair for one position
/// @param amplitude factor on sine and cosine (YaRN's attention factor); 1 for most
record RotaryFrequencies(double[] perPosition, double amplitude) {
    /// The frequencies of these settings.
    ///
    /// @param length tokens of the whole sequence where the rule depends on it; 0 for the trained length
    /// @param trained positions that the model was trained on; 0 where unknown
    /// @throws UnsupportedException if the rule is not known
    static RotaryFrequencies of(Rotary rotary, long length, long trained) {
        Config scaling = rotary.scaling();
        int dimensions = Math.toIntExact(rotary.dimensions());
        String rule = scaling.text("rope_type", scaling.text("type", "default"));
        double factor = scaling.number("factor", 1);
        double[] base = plain(rotary.theta(), dimensions);
        return switch (rule) {
            case "default", "mrope", "none" -> new RotaryFrequencies(base, 1);
            case "linear" -> new RotaryFrequencies(divided(base, factor), 1);
            case "dynamic" -> new RotaryFrequencies(dynamic(rotary, dimensions, factor, length, trained), 1);
            case "llama3" -> new RotaryFrequencies(llama3(base, scaling), 1);
            case "yarn", "deepseek_yarn" -> yarn(rotary, base, scaling, trained);
            case "longrope", "su" -> longRope(base, scaling, length, trained);
            case "proportional" -> new RotaryFrequencies(proportional(rotary, scaling), 1);
            default -> throw new UnsupportedException("rotary positions of the kind " + rule + " are not known");
        };
    }

    private static double[] plain(double theta, int dimensions) {
        double[] angles = new double[dimensions / 2];
        Arrays.setAll(angles, i -> 1 / Math.pow(theta, 2.0 * i / dimensions));
        return angles;
    }

    private static double[] divided(double[] angles, double factor) {
        return Arrays.stream(angles).map(angle -> angle / factor).toArray();
    }

    /// NTK-aware: the base grows with the length beyond the trained one.
    private static double[] dynamic(Rotary rotary, int dimensions, double factor, long length, long trained) {
        double longer = Math.max(length, trained);
        double growth = trained == 0 ? 1 : factor * longer / trained - (factor - 1);
        return plain(rotary.theta() * Math.pow(growth, dimensions / (dimensions - 2.0)), dimensions);
    }

    /// Llama 3.1: long waves are stretched, short ones are not, those between are interpolated.
    private static double[] llama3(double[] angles, Config scaling) {
        double factor = scaling.number("factor", 1);
        double low = scaling.number("low_freq_factor", 1);
        double high = scaling.number("high_freq_factor", 4);
        double trained = scaling.number("original_max_position_embeddings", 8192);
        return Arrays.stream(angles)
                .map(angle -> {
                    double wave = 2 * Math.PI / angle;
                    if (wave < trained / high) {
                        return angle;
                    }
                    if (wave > trained / low) {
                        return angle / factor;
                    }
                    double smooth = (trained / wave - low) / (high - low);
                    return (1 - smooth) * angle / factor + smooth * angle;
                })
                .toArray();
    }

    /// YaRN (arXiv:2309.00071, sections 3.2 and 3.4).
    private static RotaryFrequencies yarn(Rotary rotary, double[] angles, Config scaling, long trainedLength) {
        int dimensions = angles.length * 2;
        double factor = scaling.number("factor", 1);
        double trained = scaling.number("original_max_position_embeddings", trainedLength);
        double fast = scaling.number("beta_fast", 32);
        double slow = scaling.number("beta_slow", 1);
        double first = correction(fast, dimensions, rotary.theta(), trained);
        double last = correction(slow, dimensions, rotary.theta(), trained);
        if (scaling.flag("truncate", true)) {
            first = Math.floor(first);
            last = Math.ceil(last);
        }
        double from = Math.max(first, 0);
        double to = Math.min(last, dimensions - 1.0);
        double width = from == to ? 0.001 : to - from;
        double[] stretched = new double[angles.length];
        for (int i = 0; i < angles.length; i++) {
            double ramp = Math.clamp((i - from) / width, 0, 1);
            stretched[i] = angles[i] / factor * ramp + angles[i] * (1 - ramp);
        }
        return new RotaryFrequencies(stretched, yarnAmplitude(scaling, factor));
    }

    private static double yarnAmplitude(Config scaling, double factor) {
        if (scaling.has("attention_factor")) {
            return scaling.number("attention_factor");
        }
        if (scaling.has("mscale") && scaling.has("mscale_all_dim")) {
            return magnitude(factor, scaling.number("mscale")) / magnitude(factor, scaling.number("mscale_all_dim"));
        }
        return magnitude(factor, 1);
    }

    private static double magnitude(double factor, double scale) {
        return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
    }

    /// The dimension whose wave turns `rotations` times over the trained length.
    private static double correction(double rotations, int dimensions, double theta, double trained) {
        return dimensions * Math.log(trained / (rotations * 2 * Math.PI)) / (2 * Math.log(theta));
    }

    /// LongRoPE (arXiv:2402.13753): a factor for each pair, one set for short and one for long sequences.
    private static RotaryFrequencies longRope(double[] angles, Config scaling, long length, long trainedLength) {
        double trained = scaling.number("original_max_position_embeddings", trainedLength);
        double factor = scaling.number("factor", trained == 0 ? 1 : trainedLength / trained);
        var factors = scaling.numbers(length > trained ? "long_factor" : "short_factor");
        double[] stretched = new double[angles.length];
        for (int i = 0; i < angles.length; i++) {
            stretched[i] = angles[i] / (i < factors.size() ? factors.get(i) : 1);
        }
        double usual = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(trained));
        return new RotaryFrequencies(stretched, scaling.number("attention_factor", usual));
    }

    /// Gemma 4: only a part of the pairs turns, the frequencies being those of the whole head.
    private static double[] proportional(Rotary rotary, Config scaling) {
        int dimensions = Math.toIntExact(rotary.dimensions());
        double factor = scaling.number("factor", 1);
        double share = scaling.number("partial_rotary_factor", 1);
        int whole = (int) Math.round(dimensions / share);
        double[] angles = new double[whole / 2];
        int turned = (int) (share * whole / 2);
        for (int i = 0; i < turned; i++) {
            angles[i] = 1 / Math.pow(rotary.theta(), 2.0 * i / whole) / factor;
        }
        return angles;
    }
}
