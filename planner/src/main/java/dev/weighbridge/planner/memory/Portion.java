package dev.weighbridge.planner.memory;

import dev.weighbridge.planner.figure.Basis;

/// Memory of one kind in one place.
///
/// @param component what it is for
/// @param device index into the devices of the placement; [#HOST] for main memory
/// @param bytes not negative
/// @param basis what the figure rests on
/// @param derivation the formula with its numbers, one line, as `--explain` shows it
public record Portion(Component component, int device, long bytes, Basis basis, String derivation) {
    /// Main memory, where it is not the device itself.
    public static final int HOST = -1;

    /// Refuses a negative size.
    public Portion {
        if (bytes < 0) {
            throw new IllegalArgumentException(component + " of " + bytes + " bytes");
        }
    }
}
