package dev.weighbridge.cli.devices;

import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.figure.Basis;
import java.util.Locale;
import java.util.OptionalDouble;

/// A device's figures as a person reads them. What is estimated has a tilde before it.
final class Figures {
    private static final double GIB = 1L << 30;

    private Figures() {}

    /// `79.19 GiB`, `24 GiB`.
    static String gibibytes(long bytes) {
        return gibibytesAlone(bytes) + " GiB";
    }

    /// `79.19`, `24`.
    static String gibibytesAlone(long bytes) {
        double number = bytes / GIB;
        return number == Math.rint(number)
                ? String.format(Locale.ROOT, "%.0f", number)
                : String.format(Locale.ROOT, number < 1000 ? "%.2f" : "%.0f", number);
    }

    /// `936 GB/s`, `3.35 TB/s`.
    static String bandwidth(double bytesPerSecond) {
        return bytesPerSecond < 1e12
                ? threeDigits(bytesPerSecond / 1e9) + " GB/s"
                : threeDigits(bytesPerSecond / 1e12) + " TB/s";
    }

    /// `989 TFLOP/s`, `4.5 PFLOP/s`, `84.4 GFLOP/s`.
    static String operations(double perSecond) {
        if (perSecond < 1e12) {
            return threeDigits(perSecond / 1e9) + " GFLOP/s";
        }
        return perSecond < 1e15
                ? threeDigits(perSecond / 1e12) + " TFLOP/s"
                : threeDigits(perSecond / 1e15) + " PFLOP/s";
    }

    /// The same, or nothing where the device has no faster path for the type.
    static String operations(OptionalDouble perSecond) {
        return perSecond.isPresent() ? operations(perSecond.getAsDouble()) : "";
    }

    /// `$2.99`, `$8,565`.
    static String dollars(double dollars) {
        return String.format(Locale.ROOT, dollars < 100 ? "$%.2f" : "$%,.0f", dollars);
    }

    /// The text as a figure with that basis is shown.
    static String marked(String figure, Basis basis) {
        return basis == Basis.ESTIMATED ? "~" + figure : figure;
    }

    /// What a program can take of the memory.
    static String usable(Device device) {
        return marked(gibibytes(device.visibleBytes()), device.visibleBasis());
    }

    private static String threeDigits(double number) {
        String text = String.format(Locale.ROOT, number < 9.995 ? "%.2f" : number < 99.95 ? "%.1f" : "%,.0f", number);
        return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
    }
}
