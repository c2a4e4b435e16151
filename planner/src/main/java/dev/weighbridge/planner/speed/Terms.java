package dev.weighbridge.planner.speed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the time of one step is made of, before any coefficient.
///
/// The time is a sum of power laws (a posynomial): `t = exp(c·z) · Σ secondsₖ · exp(c·xₖ)`, where `c` are the
/// coefficients of a [Law], `xₖ` the features of a term and `z` those of all terms. A coefficient is thus the logarithm
/// of a factor on the ideal time of a term; a feature that a law has no coefficient for changes nothing.
///
/// @param terms at least one
/// @param common features of all terms
public record Terms(List<Term> terms, Map<String, Double> common) {
    /// Copies the collections.
    public Terms {
        terms = List.copyOf(terms);
        common = Map.copyOf(common);
    }

    /// A part of the time.
    ///
    /// @param kind which resource it needs
    /// @param seconds at a coefficient of zero; positive
    /// @param features of this term by name
    public record Term(Kind kind, double seconds, Map<String, Double> features) {
        /// Copies the map and checks the time.
        public Term {
            features = Map.copyOf(features);
            if (!(seconds > 0) || Double.isInfinite(seconds)) {
                throw new IllegalArgumentException(kind + " needs a positive time, not " + seconds);
            }
        }
    }

    /// The resource that a term waits for.
    public enum Kind {
        /// Memory is read: weights, cache, state.
        MEMORY,
        /// Operations are done.
        COMPUTE,
        /// Kernels are launched and synchronized, sequences scheduled.
        OVERHEAD,
        /// Devices exchange results.
        LINK
    }

    /// Gathers terms.
    static final class Builder {
        private final List<Term> terms = new ArrayList<>();
        private final Map<String, Double> common = new LinkedHashMap<>();

        /// Adds a term, unless its time is zero.
        Builder add(Kind kind, double seconds, Features features) {
            if (seconds > 0) {
                terms.add(new Term(kind, seconds, features.values));
            }
            return this;
        }

        /// Adds a feature of all terms.
        Builder common(String feature, double value) {
            common.put(feature, value);
            return this;
        }

        Terms build() {
            return new Terms(terms, common);
        }
    }

    /// Features by name.
    static final class Features {
        private final Map<String, Double> values = new LinkedHashMap<>();

        /// Features that are there or not.
        static Features of(String... names) {
            Features features = new Features();
            for (String name : names) {
                features.and(name, 1);
            }
            return features;
        }

        /// A feature with a value; one of value zero is left out.
        Features and(String name, double value) {
            if (value != 0) {
                values.put(name, value);
            }
            return this;
        }

        /// A feature that is there under a condition.
        Features when(boolean condition, String name) {
            return and(name, condition ? 1 : 0);
        }

        /// All of another's.
        Features and(Features others) {
            values.putAll(others.values);
            return this;
        }
    }
}
