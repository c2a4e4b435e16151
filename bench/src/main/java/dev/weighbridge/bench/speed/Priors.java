package dev.weighbridge.bench.speed;

import dev.weighbridge.bench.speed.LawFit.Prior;
import dev.weighbridge.planner.speed.Laws.Subject;
import java.util.HashMap;
import java.util.Map;

/// What is assumed of coefficients before any measurement.
///
/// Means are those of the hardware: memory gives some 85 % of its peak, a kernel's launch takes microseconds.
/// Deviations
/// are wide for what every measurement tells of, and narrow for what few do: how a system, a generation, a device or a
/// model
/// differs from the others (partial pooling, Gelman and Hill 2007, ch. 12).
final class Priors {
    private final Map<String, Prior> priors = new HashMap<>();

    private Priors() {}

    static Priors of(Subject subject) {
        Priors priors = new Priors();
        priors.shared();
        switch (subject) {
            case LOCAL_DECODE -> priors.localDecode();
            case SERVING_DECODE -> priors.servingDecode();
            case PREFILL -> priors.prefill();
        }
        return priors;
    }

    /// The prior of a feature; of one with a value after `=` that of its kind.
    Prior of(String feature) {
        int equals = feature.indexOf('=');
        String kind = equals < 0 ? feature : feature.substring(0, equals + 1);
        Prior prior = priors.get(kind);
        if (prior == null) {
            throw new IllegalStateException("nothing is assumed of " + kind);
        }
        return prior;
    }

    /// Means of the features that have no value after `=`, for laws fitted to samples without them.
    Map<String, Double> means() {
        Map<String, Double> means = new HashMap<>();
        priors.forEach((kind, prior) -> {
            if (!kind.endsWith("=")) {
                means.put(kind, prior.mean());
            }
        });
        return means;
    }

    private void shared() {
        factor("device=", 1, 0.12);
        factor("model=", 1, 0.08);
        factor("publisher=", 1, 0.08);
        factor("dated", 1, 0.1);
        power("power", -0.5, 0.3);
        factor("replicas", 1, 0.1);
    }

    private void localDecode() {
        factor("read", 1 / 0.85, 0.2);
        factor("read system=", 1, 0.1);
        factor("read generation=", 1, 0.1);
        factor("read type=", 1, 0.03);
        power("read bandwidth", 0, 0.1);
        power("read balance", 0, 0.1);
        power("read bandwidth on Apple", 0, 0.3);
        power("read bandwidth dated", 0, 0.1);
        factor("read mobile", 1, 0.1);
        factor("read shared", 1.1, 0.2);
        factor("experts", 1.2, 0.3);
        factor("cache", 1.2, 0.5);
        factor("cache system=", 1, 0.3);
        factor("state", 1, 0.5);
        factor("unpack", 4, 0.8);
        factor("unpack type=", 1, 0.6);
        factor("unpack generation=", 1, 0.6);
        factor("unpack dated", 1, 0.3);
        factor("unpack dated type=", 1, 0.4);
        factor("compute", 3, 0.8);
        factor("compute system=", 1, 0.3);
        factor("layer", 1, 0.3);
        factor("layer system=", 1, 0.5);
        factor("layer generation=", 1, 0.15);
        factor("layer dated", 1, 0.5);
        factor("layer dated on Apple", 1, 0.5);
        factor("per layer", 2e-5, 1);
        factor("per tensor", 1.5e-6, 1);
        factor("per mixture", 1e-5, 1);
        factor("per recurrence", 1e-5, 1);
        factor("per step", 3e-4, 1);
        factor("per step system=", 1, 0.3);
        factor("per sequence", 2e-5, 1);
        factor("exchange", 2e-5, 1);
    }

    private void servingDecode() {
        factor("model=", 1, 0.05);
        factor("read", 1 / 0.85, 0.2);
        factor("read system=", 1, 0.05);
        factor("read width=", 1, 0.08);
        power("read ranks", 0.05, 0.1);
        factor("experts", 1, 0.4);
        factor("cache", 1.15, 0.3);
        factor("cache system=", 1, 0.1);
        factor("cache width=", 1, 0.2);
        factor("cache latent", 1, 0.4);
        factor("state", 1.2, 0.5);
        factor("tiles", 0.5, 1);
        factor("compute", 1.6, 0.6);
        factor("compute system=", 1, 0.1);
        factor("compute width=", 1, 0.1);
        factor("compute generation=", 1, 0.1);
        factor("scores", 2.5, 0.7);
        factor("scores latent", 1, 0.6);
        factor("layer system=", 1, 0.15);
        factor("layer generation=", 1, 0.1);
        factor("per layer", 1.5e-5, 0.8);
        factor("per tensor", 1.5e-6, 0.8);
        factor("per mixture", 1.5e-5, 0.8);
        factor("per recurrence", 1e-5, 0.8);
        factor("per latent", 1e-5, 0.8);
        factor("per selection", 4e-5, 0.8);
        factor("per sequence", 8e-6, 1);
        factor("per sequence engine=", 1, 0.3);
        factor("per routed", 1e-8, 1.5);
        factor("per step", 4e-4, 0.8);
        factor("per step engine=", 1, 0.3);
        factor("prompt", 1.8, 0.6);
        factor("prompt engine=", 1, 0.2);
        factor("prompt model=", 1, 0.3);
        factor("prompt mixture", 1.4, 0.4);
        factor("prompt scores", 1.5, 0.5);
        factor("exchange", 1.5e-5, 0.6);
        factor("exchange engine=", 1, 0.15);
        power("exchange ranks", 0.3, 0.3);
        factor("exchange slow", 2, 0.5);
        factor("exchanged", 1.5, 0.5);
    }

    private void prefill() {
        factor("compute", 2.5, 0.5);
        factor("compute system=", 1, 0.3);
        factor("compute generation=", 1, 0.2);
        factor("compute type=", 1, 0.2);
        factor("compute type on system=", 1, 0.15);
        power("compute balance", 0.2, 0.3);
        power("pipeline", 0.7, 0.3);
        factor("compute dated", 1.2, 0.3);
        factor("compute mixture", 1.3, 0.3);
        power("compute thin", 0.2, 0.3);
        factor("scores", 3, 0.7);
        factor("scores system=", 1, 0.4);
        factor("scores generation=", 1, 0.3);
        factor("scores latent", 1, 0.5);
        factor("scores dated", 1.5, 0.5);
        factor("read", 1.5, 0.4);
        factor("layer system=", 1, 0.4);
        factor("layer dated", 1, 0.4);
        factor("per layer", 6e-5, 1);
        factor("per recurrent token", 1e-7, 1);
        power("recurrence", 1, 0.3);
        factor("per prompt", 2e-3, 1);
        factor("exchanged", 2, 0.7);
    }

    /// A factor on a time, whose logarithm has that deviation.
    private void factor(String kind, double mean, double deviation) {
        priors.put(kind, new Prior(Math.log(mean), deviation));
    }

    /// A power of a quantity.
    private void power(String kind, double mean, double deviation) {
        priors.put(kind, new Prior(mean, deviation));
    }
}
