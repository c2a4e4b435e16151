package dev.weighbridge.model.unit;

import java.util.Locale;

/// A number of parameters or tokens as a person reads it. A billion, B, is 10^9.
///
/// @param value exact
public record Count(long value) {
    /// In words of three digits: `8.03B`, `124M`, `1.04T`, `512`.
    public String words() {
        if (value < 1_000) {
            return Long.toString(value);
        }
        String[] units = {"k", "M", "B", "T"};
        double scaled = value / 1e3;
        int unit = 0;
        while (scaled >= 999.5 && unit < units.length - 1) {
            scaled /= 1e3;
            unit++;
        }
        String format = scaled < 9.995 ? "%.2f%s" : scaled < 99.95 ? "%.1f%s" : "%.0f%s";
        return String.format(Locale.ROOT, format, scaled, units[unit]);
    }

    /// Every digit, in groups of three: `8,030,261,248`.
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
