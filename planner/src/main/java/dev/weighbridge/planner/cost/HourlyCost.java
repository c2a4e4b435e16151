package dev.weighbridge.planner.cost;

import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.Device.Price;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What devices cost by the hour.
///
/// Rented: `fixed` = Σ rent. Bought: `fixed` = (Σ price + other) / (years · 8766 h) + Σ watts / 1000 ·
/// overhead · idle share · price of power, and `busy` is the power above that which they draw when they
/// work.
///
/// @param fixed dollars an hour that are paid whether the devices work or not
/// @param busy dollars an hour that come on top while they work
/// @param sources of the prices, with their dates
public record HourlyCost(double fixed, double busy, List<String> sources) {
    /// A year of 365.25 days.
    private static final double HOURS_A_YEAR = 8766;

    /// Copies the list.
    public HourlyCost {
        sources = List.copyOf(sources);
        if (!(fixed >= 0) || !(busy >= 0)) {
            throw new IllegalArgumentException("a cost must not be negative");
        }
    }

    /// What these devices cost, equal ones repeated; empty where one of them has no price of that kind,
    /// or none of its power is known.
    public static Optional<HourlyCost> of(List<Device> devices, Tenure tenure) {
        return switch (tenure) {
            case Tenure.Rent _ -> rented(devices);
            case Tenure.Purchase purchase -> bought(devices, purchase);
        };
    }

    private static Optional<HourlyCost> rented(List<Device> devices) {
        double dollars = 0;
        Set<String> sources = new LinkedHashSet<>();
        for (Device device : devices) {
            Price rent = device.rental();
            if (rent == null) {
                return Optional.empty();
            }
            dollars += rent.dollars();
            sources.add(source(device, rent));
        }
        return devices.isEmpty() ? Optional.empty() : Optional.of(new HourlyCost(dollars, 0, new ArrayList<>(sources)));
    }

    private static Optional<HourlyCost> bought(List<Device> devices, Tenure.Purchase purchase) {
        double dollars = purchase.otherDollars();
        double watts = 0;
        Set<String> sources = new LinkedHashSet<>();
        for (Device device : devices) {
            @Nullable Price price = device.purchase();
            if (price == null || device.watts() <= 0) {
                return Optional.empty();
            }
            dollars += price.dollars();
            watts += device.watts();
            sources.add(source(device, price));
        }
        double power = watts / 1000 * purchase.powerOverhead() * purchase.dollarsPerKilowattHour();
        return devices.isEmpty()
                ? Optional.empty()
                : Optional.of(new HourlyCost(
                        dollars / (purchase.years() * HOURS_A_YEAR) + power * purchase.idleShare(),
                        power * (1 - purchase.idleShare()),
                        new ArrayList<>(sources)));
    }

    private static String source(Device device, Price price) {
        return device.name() + ": " + price.source() + ", " + price.date();
    }

    /// Dollars for an hour of work, if the devices work this share of the time: `fixed / utilization +
    /// busy`.
    ///
    /// @throws IllegalArgumentException if the share is not above 0 and at most 1
    public double perBusyHour(double utilization) {
        if (!(utilization > 0 && utilization <= 1)) {
            throw new IllegalArgumentException("utilization must be above 0 and at most 1, found " + utilization);
        }
        return fixed / utilization + busy;
    }
}
