package dev.weighbridge.model.family.series;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.config.Config;

/// The parameters of the distribution that a forecast is drawn from, one matrix each.
final class Distribution {
    private Distribution() {}

    /// As `distribution_output` says, over `in` numbers, for `out` values at once.
    static Block projection(Config config, String name, long in, long out) {
        String kind = config.text("distribution_output");
        int parameters = switch (kind) {
            case "student_t" -> 3;
            case "normal", "negative_binomial" -> 2;
            default ->
                throw config.malformed(
                        "distribution_output", "is \"" + kind + "\"; known: student_t, normal, negative_binomial");
        };
        return Repeat.of(
                name + ".proj", parameters, Linear.of("", in, out, true).as(Role.HEAD));
    }

    /// A matrix for one value each where the loss is the squared error, else the parameters of a distribution.
    static Block head(Config config, String name, long in, long out) {
        return config.text("loss", "mse").equals("mse")
                ? Linear.of(name, in, out, true).as(Role.HEAD)
                : projection(config, name, in, out);
    }
}
