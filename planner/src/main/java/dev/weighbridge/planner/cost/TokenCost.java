package dev.weighbridge.planner.cost;

import dev.weighbridge.planner.speed.SpeedEstimate;
import dev.weighbridge.planner.speed.SpeedEstimate.Rate;

/// What tokens cost on devices of a speed: dollars for an hour of work / (3600 s · tokens a second).
///
/// Sequences that are answered together share the hour, so the rates of all of them count.
///
/// @param promptMillion dollars for a million tokens read
/// @param answerMillion dollars for a million tokens generated
public record TokenCost(Dollars promptMillion, Dollars answerMillion) {
    private static final double MILLION = 1e6;
    private static final double SECONDS_AN_HOUR = 3600;

    /// Dollars, with the band that follows from the band of the speed.
    ///
    /// @param likely most likely
    /// @param low one in ten is below
    /// @param high one in ten is above
    public record Dollars(double likely, double low, double high) {
        private static Dollars of(double perSecond, Rate rate) {
            return new Dollars(
                    perSecond / rate.tokensPerSecond() * MILLION,
                    perSecond / rate.high() * MILLION,
                    perSecond / rate.low() * MILLION);
        }
    }

    /// The cost of tokens on devices that cost so much and work for this share of the time.
    ///
    /// @param utilization above 0 and at most 1
    public static TokenCost of(HourlyCost cost, double utilization, SpeedEstimate speed) {
        double perSecond = cost.perBusyHour(utilization) / SECONDS_AN_HOUR;
        return new TokenCost(Dollars.of(perSecond, speed.prefill()), Dollars.of(perSecond, speed.decodeTotal()));
    }

    /// Dollars for a query of so many tokens read and generated.
    public Dollars query(long promptTokens, long answerTokens) {
        return new Dollars(
                sum(promptMillion.likely(), promptTokens, answerMillion.likely(), answerTokens),
                sum(promptMillion.low(), promptTokens, answerMillion.low(), answerTokens),
                sum(promptMillion.high(), promptTokens, answerMillion.high(), answerTokens));
    }

    private static double sum(double prompt, long promptTokens, double answer, long answerTokens) {
        if (promptTokens < 0 || answerTokens < 0) {
            throw new IllegalArgumentException("tokens of a query must not be negative");
        }
        return (prompt * promptTokens + answer * answerTokens) / MILLION;
    }
}
