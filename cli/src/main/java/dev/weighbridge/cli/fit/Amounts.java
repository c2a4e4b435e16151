package dev.weighbridge.cli.fit;

import dev.weighbridge.model.unit.ByteSize;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.speed.SpeedEstimate.Rate;
import java.util.Locale;

/// Figures of a plan as a person reads them, each with its basis: a mark before it where it is not exact.
public final class Amounts {
    /// What the marks mean, as printed under a table.
    public static final String LEGEND =
            "~ estimated, (from–to) holding four of five measurements; ° published; ^ measured; without a mark exact";

    private Amounts() {}

    /// The mark of a basis; nothing for an exact figure.
    public static String mark(Basis basis) {
        return switch (basis) {
            case EXACT -> "";
            case MEASURED -> "^";
            case PUBLISHED -> "°";
            case ESTIMATED -> "~";
        };
    }

    /// Bytes in GiB or MiB, marked by their basis.
    public static String bytes(long bytes, Basis basis) {
        return bytes == 0 ? "0" : mark(basis) + new ByteSize(bytes);
    }

    /// Tokens a second with the band of four in five: `~52.1 (43–63)`.
    public static String rate(Rate rate) {
        return "~" + speed(rate.tokensPerSecond()) + " (" + speed(rate.low()) + "–" + speed(rate.high()) + ")";
    }

    /// Tokens a second: two digits at least.
    public static String speed(double tokensPerSecond) {
        String format = tokensPerSecond < 9.95 ? "%.1f" : "%,.0f";
        return String.format(Locale.ROOT, format, tokensPerSecond);
    }

    /// A time in milliseconds or seconds.
    public static String seconds(double seconds) {
        if (seconds < 0.9995) {
            return String.format(Locale.ROOT, "%.0f ms", seconds * 1000);
        }
        return String.format(Locale.ROOT, seconds < 99.5 ? "%.1f s" : "%,.0f s", seconds);
    }

    /// Dollars with three digits: `$2.99`, `$0.00041`, `$1,250`.
    public static String dollars(double dollars) {
        if (dollars == 0) {
            return "$0";
        }
        int magnitude = (int) Math.floor(Math.log10(Math.abs(dollars)));
        int decimals = Math.clamp(2L - magnitude, 0, 12);
        return String.format(
                Locale.ROOT,
                "$%,." + (magnitude < 0 ? decimals : Math.max(decimals, magnitude < 3 ? 2 : 0)) + "f",
                dollars);
    }

    /// A share as a signed percentage.
    public static String percent(double share) {
        double percent = share * 100;
        return String.format(Locale.ROOT, Math.abs(percent) < 9.95 ? "%+.1f %%" : "%+,.0f %%", percent);
    }
}
