package dev.weighbridge.planner.speed;

import dev.weighbridge.planner.speed.SpeedEstimate.Bound;
import java.util.EnumMap;
import java.util.Map;

/// The fitted coefficients for one kind of step.
///
/// @param coefficients by feature
/// @param bands spread of out-of-fold residuals by class of step
public record Law(Map<String, Double> coefficients, Map<String, Band> bands) {
    /// Copies the maps.
    public Law {
        coefficients = Map.copyOf(coefficients);
        bands = Map.copyOf(bands);
    }

    /// Factors on a predicted speed between which four in five measurements lie.
    ///
    /// @param low below 1
    /// @param high above 1
    public record Band(double low, double high) {
        /// For a class that nothing was measured of.
        static final Band UNKNOWN = new Band(0.5, 2);

        /// Checks the factors.
        public Band {
            if (!(low > 0) || !(high >= low)) {
                throw new IllegalArgumentException("a band runs from a positive factor upwards");
            }
        }
    }

    /// Seconds that a step takes.
    public double seconds(Terms terms) {
        double sum = 0;
        for (Terms.Term term : terms.terms()) {
            sum += term.seconds() * Math.exp(weigh(term.features()));
        }
        return sum * Math.exp(weigh(terms.common()));
    }

    /// The resource that takes most of the time.
    public Bound bound(Terms terms) {
        Map<Terms.Kind, Double> byKind = new EnumMap<>(Terms.Kind.class);
        for (Terms.Term term : terms.terms()) {
            byKind.merge(term.kind(), term.seconds() * Math.exp(weigh(term.features())), Double::sum);
        }
        Terms.Kind most = Terms.Kind.MEMORY;
        for (Map.Entry<Terms.Kind, Double> entry : byKind.entrySet()) {
            if (entry.getValue() > byKind.getOrDefault(most, 0.0)) {
                most = entry.getKey();
            }
        }
        return switch (most) {
            case MEMORY -> Bound.BANDWIDTH;
            case COMPUTE -> Bound.COMPUTE;
            case OVERHEAD -> Bound.OVERHEAD;
            case LINK -> Bound.LINK;
        };
    }

    /// The band of the first class that something was measured of.
    public Band band(Iterable<String> classes) {
        for (String name : classes) {
            Band band = bands.get(name);
            if (band != null) {
                return band;
            }
        }
        return Band.UNKNOWN;
    }

    private double weigh(Map<String, Double> features) {
        double sum = 0;
        for (Map.Entry<String, Double> feature : features.entrySet()) {
            sum += coefficients.getOrDefault(feature.getKey(), 0.0) * feature.getValue();
        }
        return sum;
    }
}
