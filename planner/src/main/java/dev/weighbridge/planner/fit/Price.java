package dev.weighbridge.planner.fit;

import dev.weighbridge.planner.cost.Energy;
import dev.weighbridge.planner.cost.HourlyCost;
import dev.weighbridge.planner.cost.Tenure;
import dev.weighbridge.planner.cost.TokenCost;
import dev.weighbridge.planner.cost.TokenCost.Dollars;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.speed.SpeedEstimate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What running a model on its devices costs.
///
/// @param tenure how they are had
/// @param utilization share of the time that they work
/// @param hourly what they cost by the hour
/// @param tokens what a million tokens cost
/// @param exchange what one question and its answer cost
/// @param drawn energy for each token; null where the power of a device is not known
public record Price(
        Tenure tenure,
        double utilization,
        HourlyCost hourly,
        TokenCost tokens,
        Dollars exchange,
        @Nullable Energy drawn) {
    /// The price on these devices; empty where one of them has no published price on any of the terms.
    static Optional<Price> of(List<Device> devices, SpeedEstimate speed, Exchange exchange, CostTerms terms) {
        for (Tenure tenure : terms.tenures()) {
            Optional<HourlyCost> hourly = HourlyCost.of(devices, tenure);
            if (hourly.isPresent()) {
                TokenCost tokens = TokenCost.of(hourly.get(), terms.utilization(), speed);
                return Optional.of(new Price(
                        tenure,
                        terms.utilization(),
                        hourly.get(),
                        tokens,
                        tokens.query(exchange.promptTokens(), exchange.answerTokens()),
                        Energy.of(devices, speed).orElse(null)));
            }
        }
        return Optional.empty();
    }

    /// Dollars for an hour of work, idle time included.
    public double dollarsPerHour() {
        return hourly.perBusyHour(utilization);
    }

    /// Dollars for a million tokens read.
    public double dollarsPerMillionPromptTokens() {
        return tokens.promptMillion().likely();
    }

    /// Dollars for a million tokens written, all sequences together.
    public double dollarsPerMillionAnswerTokens() {
        return tokens.answerMillion().likely();
    }

    /// Dollars for one question and its answer.
    public double dollarsPerExchange() {
        return exchange.likely();
    }

    /// Energy for each token, where the power of every device is known.
    public Optional<Energy> energy() {
        return Optional.ofNullable(drawn);
    }
}
