package dev.weighbridge.model.family.component;

import dev.weighbridge.model.config.Config;
import java.util.List;

/// Channel counts of convolutional networks.
public final class Channels {
    private Channels() {}

    /// The multiple of `divisor` nearest to `value`, at least `smallest`, and never more than a tenth below `value`
    /// (MobileNetV2, arXiv:1801.04381).
    public static long divisible(double value, long divisor, long smallest) {
        long rounded = Math.max(smallest, (long) (value + divisor / 2.0) / divisor * divisor);
        return rounded < 0.9 * value ? rounded + divisor : rounded;
    }

    /// A list of the configuration, one number a stage, that must have at least `count` entries.
    public static List<Long> stages(Config config, String field, int count) {
        List<Long> values = config.integers(field);
        if (values.size() < count) {
            throw config.malformed(field, "must have " + count + " entries, one for each stage");
        }
        return values;
    }

    /// How many blocks the stage numbered `stage` has.
    public static int depth(Config config, String field, int stage) {
        long depth = stages(config, field, stage + 1).get(stage);
        if (depth < 0 || depth > Config.MAX_COUNT) {
            throw config.malformed(field, "must be between 0 and " + Config.MAX_COUNT);
        }
        return (int) depth;
    }

    /// The last number of a list.
    public static long last(Config config, String field) {
        List<Long> values = stages(config, field, 1);
        return values.get(values.size() - 1);
    }
}
