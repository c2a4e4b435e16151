package dev.weighbridge.planner.cost;

import dev.weighbridge.planner.speed.SpeedEstimate;
import java.util.OptionalDouble;

/// Where own devices and an API cost the same.
///
/// A query takes the devices `s = p / prefill + n / decode` seconds. At `Q` queries a day the devices
/// cost `24 · fixed + Q · s · busy / 3600` and the API `Q · a`, so that they meet at
///
///     Q* = 24 · fixed / (a − s · busy / 3600)
///
/// if the devices can answer so many: a day has room for `86400 / s`. Where `Q*` is above that, more
/// devices do not help either, because each of them would have to earn its own cost.
///
/// @param queriesPerDay `Q*`; infinite where the power alone costs more than the API
/// @param capacityPerDay `86400 / s`
/// @param ownDollarsAtCapacity for a query, the devices working all day
/// @param apiDollars `a`, for a query
public record BreakEven(double queriesPerDay, double capacityPerDay, double ownDollarsAtCapacity, double apiDollars) {
    private static final double HOURS_A_DAY = 24;
    private static final double SECONDS_AN_HOUR = 3600;

    /// The point for queries of so many tokens read and generated.
    ///
    /// @throws IllegalArgumentException if a query has no token
    public static BreakEven of(
            HourlyCost cost, SpeedEstimate speed, ApiPrice api, long promptTokens, long answerTokens) {
        if (promptTokens < 0 || answerTokens < 0 || promptTokens + answerTokens == 0) {
            throw new IllegalArgumentException("a query has tokens, not fewer than none");
        }
        double seconds = promptTokens / speed.prefill().tokensPerSecond()
                + answerTokens / speed.decodeTotal().tokensPerSecond();
        double apiDollars = api.query(promptTokens, answerTokens);
        double running = seconds * cost.busy() / SECONDS_AN_HOUR;
        double capacity = HOURS_A_DAY * SECONDS_AN_HOUR / seconds;
        double fixedADay = HOURS_A_DAY * cost.fixed();
        return new BreakEven(
                apiDollars > running ? fixedADay / (apiDollars - running) : Double.POSITIVE_INFINITY,
                capacity,
                fixedADay / capacity + running,
                apiDollars);
    }

    /// Whether the devices can answer as many queries as make them the cheaper way.
    public boolean isReachable() {
        return queriesPerDay <= capacityPerDay;
    }

    /// Queries a day from which on the devices are the cheaper way; empty where they never are.
    public OptionalDouble reachable() {
        return isReachable() ? OptionalDouble.of(queriesPerDay) : OptionalDouble.empty();
    }

    /// Share of the day that the devices work at that point; above 1 where it cannot be reached.
    public double utilization() {
        return queriesPerDay / capacityPerDay;
    }
}
