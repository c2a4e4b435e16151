package dev.weighbridge.planner.quality;

/// A test that models are given.
///
/// @param id as scores name it (`gpqa-diamond`)
/// @param title as people write it
/// @param questions in the test, which bounds how sure a result is
/// @param guess share that guessing gives, 0 to 1
/// @param isLowerBetter whether the published figure counts errors
/// @param source where the test is described
public record Benchmark(String id, String title, int questions, double guess, boolean isLowerBetter, String source) {
    private static final double LEAST = 0.01;
    private static final double MOST = 0.995;

    /// Guessing is taken a little below its expectation, so that a model that does worse by bad luck has
    /// a place.
    private static final double GUESS_SHARE = 0.9;

    /// Checks the figures.
    public Benchmark {
        if (questions < 1 || !(guess >= 0 && guess < 1)) {
            throw new IllegalArgumentException(id + ": a benchmark has questions, and guessing gives less than all");
        }
    }

    /// Per cent right, of a published figure.
    double percentRight(double published) {
        return isLowerBetter ? 100 - published : published;
    }

    /// Log odds of being right without guessing.
    double logOdds(double percentRight) {
        double floor = guess * GUESS_SHARE;
        double known = (percentRight / 100 - floor) / (1 - floor);
        double share = Math.clamp(known, LEAST, MOST);
        return Math.log(share / (1 - share));
    }

    /// Per cent right, of log odds.
    double percentRightOf(double logOdds) {
        double floor = guess * GUESS_SHARE;
        double known = 1 / (1 + Math.exp(-logOdds));
        return 100 * (floor + known * (1 - floor));
    }

    /// Standard deviation of per cent right that so many questions leave.
    double samplingDeviation(double percentRight) {
        double share = Math.clamp(percentRight / 100, LEAST, 1 - LEAST);
        return 100 * Math.sqrt(share * (1 - share) / questions);
    }
}
