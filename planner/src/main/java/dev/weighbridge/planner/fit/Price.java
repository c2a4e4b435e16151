package dev.weighbridge.planner.fit;

import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.speed.SpeedEstimate;
import java.util.List;
import java.util.Optional;

/// What running a model on rented devices costs, the devices being busy all the time.
///
/// @param dollarsPerHour of all devices
/// @param dollarsPerMillionPromptTokens read
/// @param dollarsPerMillionAnswerTokens written, all sequences together
/// @param dollarsPerExchange of one question and its answer
public record Price(
        double dollarsPerHour,
        double dollarsPerMillionPromptTokens,
        double dollarsPerMillionAnswerTokens,
        double dollarsPerExchange) {
    private static final double SECONDS = 3600;
    private static final double MILLION = 1e6;

    /// The price on these devices; empty where renting one of them has no published price.
    static Optional<Price> of(List<Device> devices, SpeedEstimate speed, Exchange exchange) {
        if (devices.isEmpty()
                || devices.stream().anyMatch(device -> device.rent().isEmpty())) {
            return Optional.empty();
        }
        double hour =
                devices.stream().mapToDouble(device -> device.rent().orElse(0)).sum();
        double promptToken = hour / SECONDS / speed.prefill().tokensPerSecond();
        double answerToken = hour / SECONDS / speed.decodeTotal().tokensPerSecond();
        return Optional.of(new Price(
                hour,
                promptToken * MILLION,
                answerToken * MILLION,
                promptToken * exchange.promptTokens() + answerToken * exchange.answerTokens()));
    }
}
