package dev.weighbridge.cli.fit;

import dev.weighbridge.cli.terminal.Output;
import dev.weighbridge.model.unit.Count;
import dev.weighbridge.planner.cost.ApiPrice;
import dev.weighbridge.planner.cost.ApiPrices;
import dev.weighbridge.planner.cost.BreakEven;
import dev.weighbridge.planner.cost.Tenure;
import dev.weighbridge.planner.fit.Exchange;
import dev.weighbridge.planner.fit.Price;
import dev.weighbridge.planner.speed.SpeedEstimate;
import java.util.Locale;
import java.util.Optional;

/// What running a model costs, beside what an API asks for it, for a person.
final class CostText {
    private final Output out;

    CostText(Output out) {
        this.out = out;
    }

    void print(String model, SpeedEstimate speed, Price price, Exchange exchange) {
        out.println("  " + tenure(price) + " °" + Amounts.dollars(price.dollarsPerHour()) + " an hour"
                + (price.utilization() < 1
                        ? String.format(
                                Locale.ROOT, " of work, idle %.0f %% of the time", 100 - price.utilization() * 100)
                        : ", if never idle")
                + ": a million tokens ~" + Amounts.dollars(price.dollarsPerMillionPromptTokens()) + " read, ~"
                + Amounts.dollars(price.dollarsPerMillionAnswerTokens()) + " written; this question ~"
                + Amounts.dollars(price.dollarsPerExchange()) + energy(price, exchange));
        cheapest(model, exchange).ifPresent(api -> api(api, speed, price, exchange));
    }

    private static String tenure(Price price) {
        return switch (price.tenure()) {
            case Tenure.Rent _ -> "rented at";
            case Tenure.Purchase purchase ->
                String.format(
                        Locale.ROOT,
                        "owned for %s years, power at %s a kWh:",
                        purchase.years() == Math.rint(purchase.years())
                                ? String.format(Locale.ROOT, "%.0f", purchase.years())
                                : Double.toString(purchase.years()),
                        Amounts.dollars(purchase.dollarsPerKilowattHour()));
        };
    }

    private static String energy(Price price, Exchange exchange) {
        return price.energy()
                .map(energy -> String.format(
                        Locale.ROOT,
                        ", at most ~%,.0f J",
                        energy.joules(exchange.promptTokens(), exchange.answerTokens())))
                .orElse("");
    }

    private void api(ApiPrice api, SpeedEstimate speed, Price price, Exchange exchange) {
        BreakEven even = BreakEven.of(price.hourly(), speed, api, exchange.promptTokens(), exchange.answerTokens());
        out.println("  by API °" + Amounts.dollars(even.apiDollars()) + " (" + api.provider() + ", " + api.date()
                + "): " + crossing(even));
    }

    private static String crossing(BreakEven even) {
        if (!even.isReachable()) {
            return "cheaper than these devices however busy they are";
        }
        return "these devices are cheaper from " + new Count(Math.round(even.queriesPerDay()))
                + " such questions a day on, of " + new Count((long) even.capacityPerDay()) + " that they can answer";
    }

    /// The cheapest of the prices that are known for a model by API.
    static Optional<ApiPrice> cheapest(String model, Exchange exchange) {
        return ApiPrices.embedded().cheapest(model, exchange.promptTokens(), exchange.answerTokens());
    }
}
