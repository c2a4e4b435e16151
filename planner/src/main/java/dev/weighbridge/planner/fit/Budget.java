package dev.weighbridge.planner.fit;

import dev.weighbridge.planner.device.Device;

/// How much of a memory a model may take.
///
/// @param share of what the driver reports, above 0 and at most 1
/// @param headroomBytes left free on each device for what else runs there
/// @param hostHeadroomBytes left free in main memory for the system
public record Budget(double share, long headroomBytes, long hostHeadroomBytes) {
    private static final long MEBIBYTE = 1L << 20;

    /// Checks the figures.
    public Budget {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("a share of a device's memory is above 0 and at most 1, not " + share);
        }
        if (headroomBytes < 0 || hostHeadroomBytes < 0) {
            throw new IllegalArgumentException("headroom must not be negative");
        }
    }

    /// All that is visible but half a gibibyte on a device, which a desktop or another program takes, and
    /// one gibibyte of main memory.
    public static Budget standard() {
        return new Budget(1, 512 * MEBIBYTE, 1024 * MEBIBYTE);
    }

    /// The share that a serving engine is given, no more and no less.
    public static Budget share(double share) {
        return new Budget(share, 0, 1024 * MEBIBYTE);
    }

    /// Bytes of a device that a model may take.
    public long usable(Device device) {
        return Math.max(0, (long) (device.visibleBytes() * share) - headroomBytes);
    }

    /// Bytes of main memory that a model may take.
    public long usableOnHost(Device host) {
        return Math.max(0, host.visibleBytes() - hostHeadroomBytes);
    }
}
