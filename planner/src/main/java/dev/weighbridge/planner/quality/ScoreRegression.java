package dev.weighbridge.planner.quality;

import dev.weighbridge.planner.catalogue.Score.Mode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// One benchmark's score as a function of what a model is, fitted to the models whose score is published.
///
/// The log odds of a right answer are linear in the logarithm of the active parameters, the logarithm of
/// total over active, the date of release and whether the model thinks first. A benchmark with few
/// scores keeps only the logarithm of all parameters and the date. Nothing else enters: neither the
/// publisher nor the name.
final class ScoreRegression {
    /// From so many scores on, five coefficients are fitted.
    private static final int MANY = 25;
    /// With fewer scores nothing is fitted.
    private static final int FEW = 6;

    private static final double BILLION = 1e9;
    private static final double YEAR_ZERO = 2024;

    /// A model at the benchmark.
    ///
    /// @param profile the model
    /// @param mode how it answered
    /// @param logOdds of a right answer
    record Observation(Profile profile, Mode mode, double logOdds) {}

    private final LeastSquares fit;
    private final boolean isWide;

    private ScoreRegression(LeastSquares fit, boolean isWide) {
        this.fit = fit;
        this.isWide = isWide;
    }

    /// Fitted to these; empty where they are too few. Models without a date of release are left out.
    static Optional<ScoreRegression> fit(List<Observation> observations) {
        List<Observation> dated = observations.stream()
                .filter(observation -> observation.profile().releaseYear().isPresent())
                .toList();
        if (dated.size() < FEW) {
            return Optional.empty();
        }
        boolean isWide = dated.size() >= MANY;
        List<double[]> rows = dated.stream()
                .map(observation -> row(observation.profile(), observation.mode(), isWide))
                .toList();
        double[] values = dated.stream().mapToDouble(Observation::logOdds).toArray();
        return Optional.of(new ScoreRegression(LeastSquares.fit(rows, values), isWide));
    }

    /// The log odds expected of a model; empty where its date of release is unknown.
    OptionalDouble at(Profile profile, Mode mode) {
        return profile.releaseYear().isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(fit.at(row(profile, mode, isWide)));
    }

    /// How far published scores lie from [#at], in log odds.
    double deviation() {
        return fit.deviation();
    }

    /// Variance of [#at] in units of the squared [#deviation].
    double leverage(Profile profile, Mode mode) {
        return fit.leverage(row(profile, mode, isWide));
    }

    /// Scores beyond those that the coefficients take up.
    int freedom() {
        return fit.freedom();
    }

    private static double[] row(Profile profile, Mode mode, boolean isWide) {
        double total = profile.parameterCount() / BILLION;
        double active = profile.activeParameterCount() / BILLION;
        double year = profile.releaseYear().orElse(YEAR_ZERO) - YEAR_ZERO;
        return isWide
                ? new double[] {1, Math.log(active), Math.log(total / active), year, mode == Mode.THINKING ? 1 : 0}
                : new double[] {1, Math.log(total), year};
    }
}
