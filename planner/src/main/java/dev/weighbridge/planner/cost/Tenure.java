package dev.weighbridge.planner.cost;

/// How one comes by devices.
public sealed interface Tenure {
    /// Rented by the hour, power included, paid whether they work or not.
    record Rent() implements Tenure {}

    /// Bought, and worth nothing after some years.
    ///
    /// @param years of use
    /// @param dollarsPerKilowattHour price of power
    /// @param powerOverhead watts drawn for each watt of a device: cooling and power supply; 1 for none
    ///     (PUE)
    /// @param idleShare share of a device's power that it draws without work
    /// @param otherDollars what is bought beside the devices: the machine around them; 0 for nothing
    record Purchase(
            double years, double dollarsPerKilowattHour, double powerOverhead, double idleShare, double otherDollars)
            implements Tenure {
        /// Checks the figures.
        public Purchase {
            if (!(years > 0 && years <= 100)) {
                throw new IllegalArgumentException("years of use must be above 0 and at most 100, found " + years);
            }
            if (!(dollarsPerKilowattHour >= 0) || !(powerOverhead >= 1) || !(otherDollars >= 0)) {
                throw new IllegalArgumentException(
                        "the price of power must not be negative, and its overhead must be 1 or more");
            }
            if (!(idleShare >= 0 && idleShare <= 1)) {
                throw new IllegalArgumentException("the share drawn when idle must be from 0 to 1, found " + idleShare);
            }
        }

        /// Devices alone, at a desk: no overhead, three tenths of the power when idle.
        public static Purchase of(double years, double dollarsPerKilowattHour) {
            return new Purchase(years, dollarsPerKilowattHour, 1, 0.3, 0);
        }
    }
}
