package dev.weighbridge.planner.speed;

import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.speed.SpeedEstimate.Bound;
import dev.weighbridge.planner.speed.SpeedEstimate.Rate;
import java.util.OptionalDouble;

/// Predicts how fast a model runs.
public final class SpeedModel {
    private static final double BANDWIDTH_SHARE = 0.8;
    private static final double COMPUTE_SHARE = 0.4;
    private static final double LAYER_SECONDS = 3e-5;

    private SpeedModel() {}

    /// The model with the coefficients that Weighbridge carries.
    public static SpeedModel embedded() {
        return new SpeedModel();
    }

    /// How fast a model runs in a deployment under a load.
    public SpeedEstimate predict(Work work, Deployment deployment, Load load) {
        double context = load.depth() == 0 ? load.promptTokens() : load.depth();
        Work.Step decode = work.decode(load.sequences(), context, load.cacheBytesPerElement());
        Work.Step prefill = work.prefill(load.promptTokens(), load.depth(), load.cacheBytesPerElement());
        double decodeSeconds = seconds(decode, deployment);
        double prefillSeconds = seconds(prefill, deployment);
        return new SpeedEstimate(
                rate(load.promptTokens() / prefillSeconds, 1.5),
                rate(1 / decodeSeconds, 1.25),
                rate(load.sequences() / decodeSeconds, 1.25),
                prefillSeconds + decodeSeconds,
                bound(decode, deployment));
    }

    private static Rate rate(double tokensPerSecond, double factor) {
        return new Rate(tokensPerSecond, tokensPerSecond / factor, tokensPerSecond * factor);
    }

    private static double seconds(Work.Step step, Deployment deployment) {
        return Math.max(reading(step, deployment), computing(step, deployment)) + overhead(step);
    }

    private static double reading(Work.Step step, Deployment deployment) {
        double bandwidth = deployment.device().bandwidthBytesPerSecond() * BANDWIDTH_SHARE * sharing(deployment);
        return (step.weightBytes() + step.cacheBytes()) / bandwidth;
    }

    private static double computing(Work.Step step, Deployment deployment) {
        double peak = peak(deployment.device()) * COMPUTE_SHARE * sharing(deployment);
        return (step.linearFlops() + step.attentionFlops()) / peak;
    }

    private static double overhead(Work.Step step) {
        return LAYER_SECONDS * step.layerCount();
    }

    private static double sharing(Deployment deployment) {
        return deployment.sharing() == Deployment.Sharing.MATRICES ? deployment.count() : 1;
    }

    /// Sixteen-bit operations a second; of a device that does not state them a hundred a byte.
    private static double peak(Device device) {
        OptionalDouble half = device.peak("bf16").isPresent() ? device.peak("bf16") : device.peak("fp16");
        return half.orElse(device.peak("fp32").orElse(100 * device.bandwidthBytesPerSecond()));
    }

    private static Bound bound(Work.Step step, Deployment deployment) {
        double reading = reading(step, deployment);
        double computing = computing(step, deployment);
        if (overhead(step) > Math.max(reading, computing)) {
            return Bound.OVERHEAD;
        }
        return reading >= computing ? Bound.BANDWIDTH : Bound.COMPUTE;
    }
}
