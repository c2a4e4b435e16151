package dev.weighbridge.model.unit;

import java.util.Locale;

/// A number of bytes. GiB is 2^30, GB is 10^9; both are told apart wherever a size is shown.
///
/// @param bytes not negative
public record ByteSize(long bytes) {
    private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    /// Refuses a negative size.
    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("negative size: " + bytes);
        }
    }

    /// Bytes of `elements` at `bits` each, rounded up.
    public static ByteSize of(long elements, double bits) {
        return new ByteSize((long) Math.ceil(elements * (bits / 8)));
    }

    /// With a binary unit and three significant digits or more: `14.96 GiB`.
    @Override
    public String toString() {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < BINARY.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0
                ? bytes + " B"
                : String.format(Locale.ROOT, value < 100 ? "%.2f %s" : "%.1f %s", value, BINARY[unit]);
    }

    /// In units of 10^9 bytes: `16.06 GB`; smaller ones in MB or kB.
    public String decimal() {
        if (bytes >= 1_000_000_000) {
            return String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
        }
        return bytes >= 1_000_000
                ? String.format(Locale.ROOT, "%.2f MB", bytes / 1e6)
                : String.format(Locale.ROOT, "%.2f kB", bytes / 1e3);
    }
}
