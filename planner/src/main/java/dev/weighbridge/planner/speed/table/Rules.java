package dev.weighbridge.planner.speed.table;

import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.speed.Deployment.Sharing;
import dev.weighbridge.planner.speed.Work;
import dev.weighbridge.planner.speed.table.SpeedRow.Phase;
import java.util.LinkedHashMap;
import java.util.Map;

/// What people reckon decode speed by.
final class Rules {
    /// The share of bandwidth that one number for all devices assumes (llmfit).
    private static final double SHARE = 0.55;

    private Rules() {}

    /// Tokens a second by rule; none for prefill.
    static Map<String, Double> of(Measurement measured) {
        Map<String, Double> rules = new LinkedHashMap<>();
        if (measured.row().phase() == Phase.PREFILL) {
            return rules;
        }
        Work work = measured.work();
        Device device = measured.deployment().device();
        int together = measured.deployment().sharing() == Sharing.MATRICES
                ? measured.deployment().count()
                : 1;
        double bandwidth = device.bandwidthBytesPerSecond() * together;
        double sequences = measured.load().sequences();
        double all = work.parameters() * work.bitsPerWeight() / 8;
        rules.put("bandwidth ÷ size × 0.55", sequences * SHARE * bandwidth / all);
        rules.put("two terms", sequences / twoTerms(work, device.vendor(), bandwidth));
        return rules;
    }

    /// Seconds a token: active bytes at a share of the bandwidth and a constant, the best such fit for each vendor.
    private static double twoTerms(Work work, String vendor, double bandwidth) {
        double share = 0.6;
        double overhead = 2e-3;
        if (!work.isMixture()) {
            share = vendor.equals("NVIDIA") ? 0.75 : vendor.equals("AMD") ? 0.83 : 0.84;
            overhead = vendor.equals("NVIDIA") ? 1e-3 : vendor.equals("AMD") ? 1.8e-3 : 2.6e-3;
        }
        return work.weightBytes(1) / bandwidth / share + overhead;
    }
}
