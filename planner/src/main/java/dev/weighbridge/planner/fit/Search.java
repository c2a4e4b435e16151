package dev.weighbridge.planner.fit;

import java.util.function.LongToDoubleFunction;

/// Finds how much of something fits, where what is spared falls as more of it is asked, nearly in proportion.
///
/// Each value of the function is a plan. The next one tried is where a line between the two known ends meets zero, so
/// that three or four plans do where bisection would take ten or seventeen; a step of pages or of whole layers only
/// costs one or two more.
final class Search {
    private Search() {}

    /// The largest number of `low` to `high` at which the function is not negative; `low - 1` for none.
    static long largest(long low, long high, LongToDoubleFunction spare) {
        double atHigh = spare.applyAsDouble(high);
        if (atHigh >= 0) {
            return high;
        }
        double atLow = low == high ? atHigh : spare.applyAsDouble(low);
        if (atLow < 0) {
            return low - 1;
        }
        long fits = low;
        long fails = high;
        boolean isBisecting = false;
        while (fails - fits > 1) {
            long guess = isBisecting ? fits + (fails - fits) / 2 : meeting(fits, atLow, fails, atHigh);
            double found = spare.applyAsDouble(guess);
            long gap = fails - fits;
            if (found >= 0) {
                fits = guess;
                atLow = found;
            } else {
                fails = guess;
                atHigh = found;
            }
            if (fails - fits > 1 && !isBisecting) {
                // the guess is mostly off by one: its neighbour closes the gap
                long neighbour = found >= 0 ? fits + 1 : fails - 1;
                double beside = spare.applyAsDouble(neighbour);
                if (beside >= 0) {
                    fits = neighbour;
                    atLow = beside;
                } else {
                    fails = neighbour;
                    atHigh = beside;
                }
            }
            // a function with jumps: halving is sure to end
            isBisecting = (fails - fits) * 2 > gap;
        }
        return fits;
    }

    /// Where the line between two points is zero, strictly between them.
    private static long meeting(long fits, double atLow, long fails, double atHigh) {
        double share = Double.isInfinite(atHigh) ? 0.5 : atLow / (atLow - atHigh);
        return Math.clamp(fits + (long) ((fails - fits) * share), fits + 1, fails - 1);
    }
}
