package dev.weighbridge.cli.fit;

import dev.weighbridge.planner.cost.Tenure;
import dev.weighbridge.planner.fit.CostTerms;
import java.util.List;
import picocli.CommandLine.Option;

/// The options that say what devices cost.
public final class CostOptions {
    @Option(names = "--own", description = "Reckon with devices bought, not rented.")
    private boolean isOwn;

    @Option(names = "--years", paramLabel = "<n>", description = "Years that a bought device serves (default: 3).")
    private double years = 3;

    @Option(names = "--power-price", paramLabel = "<dollars>", description = "Of a kilowatt-hour (default: 0.15).")
    private double powerPrice = 0.15;

    @Option(
            names = "--utilization",
            paramLabel = "<share>",
            description = "Share of the time that devices work, 0 to 1 (default: 1).")
    private double utilization = 1;

    /// The terms.
    ///
    /// @throws IllegalArgumentException if a figure makes no sense
    CostTerms terms() {
        Tenure purchase = Tenure.Purchase.of(years, powerPrice);
        return new CostTerms(isOwn ? List.of(purchase) : List.of(new Tenure.Rent(), purchase), utilization);
    }
}
