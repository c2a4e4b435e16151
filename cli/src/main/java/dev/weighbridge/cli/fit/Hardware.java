package dev.weighbridge.cli.fit;

import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.fit.Machine;

/// The devices that may be named, and those of this machine.
public interface Hardware {
    /// Devices by name, those of the user's own file included.
    DeviceCatalogue catalogue();

    /// This machine.
    Machine here();
}
