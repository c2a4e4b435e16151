package dev.weighbridge.planner.fit;

import dev.weighbridge.planner.cost.Tenure;
import java.util.List;

/// On which terms devices are had, and how busy they are.
///
/// @param tenures ways to come by them; the first for which prices are known is reckoned with
/// @param utilization share of the time that they work, above 0 and at most 1
public record CostTerms(List<Tenure> tenures, double utilization) {
    /// A usual life of a device, and a usual price of power for those who buy it by the kilowatt-hour.
    private static final Tenure USUAL_PURCHASE = Tenure.Purchase.of(3, 0.15);

    /// Copies the list and checks the share.
    public CostTerms {
        tenures = List.copyOf(tenures);
        if (!(utilization > 0 && utilization <= 1)) {
            throw new IllegalArgumentException("utilization must be above 0 and at most 1, not " + utilization);
        }
    }

    /// Rented where anybody rents them out, else bought; never idle.
    public static CostTerms usual() {
        return new CostTerms(List.of(new Tenure.Rent(), USUAL_PURCHASE), 1);
    }
}
