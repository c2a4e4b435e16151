package dev.weighbridge.planner.pick;

import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.quality.QuantizationLoss;
import dev.weighbridge.planner.quality.QuantizationLoss.Loss;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The precisions in the order in which a model should be tried: the least loss first, and of those that
/// lose alike the smallest, which is the fastest.
final class PrecisionLadder {
    /// Losses that round to the same tenth of a point are alike: no benchmark tells them apart.
    private static final double TENTH = 10;

    private static final Pattern DIGITS = Pattern.compile("\\d+");

    /// Share of the weights that every file keeps: it may leave out towers for images and sound, and
    /// layers that predict further tokens.
    private static final double KEPT = 0.8;

    private static final int MOST_BITS = 32;

    private PrecisionLadder() {}

    /// A precision and what it costs.
    record Rung(Precision precision, Loss loss) {
        private long tenths() {
            return Math.round(loss.points() * TENTH);
        }

        /// A quick no to what cannot fit. A file keeps some weights in more bits than its name says and
        /// none in fewer, so the name gives a lower bound.
        boolean mayFit(long parameterCount, long capacity) {
            return KEPT * (double) parameterCount * bits() / Byte.SIZE <= (double) capacity;
        }

        /// The first number in a name is its bits (`Q4_K_M`, `NVFP4`, `AWQ-4bit-g128`); without one it
        /// may be any.
        private double bits() {
            Matcher digits = DIGITS.matcher(precision.name().toLowerCase(Locale.ROOT));
            return digits.find() ? Math.min(Integer.parseInt(digits.group()), MOST_BITS) : 1;
        }
    }

    /// The rungs for a model.
    ///
    /// @param precisions the largest first
    /// @param nativePrecision in which the publisher gives the weights, or 16 bits where empty
    static List<Rung> of(
            List<Precision> precisions,
            Optional<String> nativePrecision,
            long parameterCount,
            QuantizationLoss losses) {
        List<Rung> rungs = new ArrayList<>();
        for (Precision precision : precisions.reversed()) {
            rungs.add(new Rung(precision, losses.of(precision.name(), nativePrecision, parameterCount)));
        }
        rungs.sort(Comparator.comparingLong(Rung::tenths)
                .thenComparing(rung -> rung.loss().basis() == Basis.ESTIMATED));
        return rungs;
    }
}
