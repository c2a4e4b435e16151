package dev.weighbridge.planner.speed;

import dev.weighbridge.planner.speed.Laws.Subject;
import dev.weighbridge.planner.speed.SpeedEstimate.Rate;
import java.util.List;

/// Predicts how fast a model runs: the work of its blueprint against what a device can do, by laws fitted to
/// measurements.
public final class SpeedModel {
    private final Laws laws;

    /// By these laws.
    public SpeedModel(Laws laws) {
        this.laws = laws;
    }

    /// By the laws that Weighbridge carries.
    public static SpeedModel embedded() {
        return new SpeedModel(Laws.embedded());
    }

    /// The laws and what they rest on.
    public Laws laws() {
        return laws;
    }

    /// How fast a model runs in a deployment under a load.
    public SpeedEstimate predict(Work work, Deployment deployment, Load load) {
        Subject subject = Subject.decode(deployment.backend());
        Law law = laws.of(subject);
        Terms step = subject.terms(work, deployment, load);
        double decodeSeconds = law.seconds(step);
        Rate decode = rate(1 / decodeSeconds, law, work, deployment);
        Rate prefill = prefill(work, deployment, load);
        return new SpeedEstimate(
                prefill,
                decode,
                decode.times(load.sequences()),
                load.promptTokens() / prefill.tokensPerSecond() + decodeSeconds,
                law.bound(step));
    }

    /// Tokens of all sequences a second while they are answered.
    public Rate decode(Work work, Deployment deployment, Load load) {
        Subject subject = Subject.decode(deployment.backend());
        Law law = laws.of(subject);
        double seconds = law.seconds(subject.terms(work, deployment, load));
        return rate(load.sequences() / seconds, law, work, deployment);
    }

    /// Tokens of one prompt a second.
    public Rate prefill(Work work, Deployment deployment, Load load) {
        Law law = laws.of(Subject.PREFILL);
        double seconds = law.seconds(Subject.PREFILL.terms(work, deployment, load));
        return rate(Math.max(1, load.promptTokens()) / seconds, law, work, deployment);
    }

    private static Rate rate(double tokensPerSecond, Law law, Work work, Deployment deployment) {
        Law.Band band = law.band(classes(work, deployment));
        return new Rate(tokensPerSecond, tokensPerSecond * band.low(), tokensPerSecond * band.high());
    }

    /// The classes of steps that bands are known for, the narrowest first.
    public static List<String> classes(Work work, Deployment deployment) {
        String kind = work.isMixture() ? "mixture" : "dense";
        String backend = deployment.backend().label();
        return List.of(backend + ", " + kind, backend, kind, "all");
    }
}
