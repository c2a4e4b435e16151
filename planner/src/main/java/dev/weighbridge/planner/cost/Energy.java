package dev.weighbridge.planner.cost;

import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.speed.SpeedEstimate;
import java.util.List;
import java.util.Optional;

/// The energy that tokens take at most: the devices' highest power / tokens a second. A device that
/// waits for memory draws less.
///
/// @param joulesPerPromptToken for a token read
/// @param joulesPerAnswerToken for a token generated
public record Energy(double joulesPerPromptToken, double joulesPerAnswerToken) {
    private static final double JOULES_A_KILOWATT_HOUR = 3.6e6;
    private static final double MILLION = 1e6;

    /// The energy on these devices; empty where the power of one is not known.
    public static Optional<Energy> of(List<Device> devices, SpeedEstimate speed) {
        double watts = 0;
        for (Device device : devices) {
            if (device.watts() <= 0) {
                return Optional.empty();
            }
            watts += device.watts();
        }
        return devices.isEmpty()
                ? Optional.empty()
                : Optional.of(new Energy(
                        watts / speed.prefill().tokensPerSecond(),
                        watts / speed.decodeTotal().tokensPerSecond()));
    }

    /// Joules for a query of so many tokens read and generated.
    public double joules(long promptTokens, long answerTokens) {
        return promptTokens * joulesPerPromptToken + answerTokens * joulesPerAnswerToken;
    }

    /// Kilowatt-hours for a million tokens read.
    public double kilowattHoursPerMillionPromptTokens() {
        return joulesPerPromptToken * MILLION / JOULES_A_KILOWATT_HOUR;
    }

    /// Kilowatt-hours for a million tokens generated.
    public double kilowattHoursPerMillionAnswerTokens() {
        return joulesPerAnswerToken * MILLION / JOULES_A_KILOWATT_HOUR;
    }
}
