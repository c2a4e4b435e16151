package dev.weighbridge.planner.validation;

import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.figure.Basis;
import java.util.List;
import java.util.Map;

/// A device of which nothing matters but that it holds a part of a model.
final class AnyDevice {
    static final Device DEVICE = new Device(
            "device",
            List.of(),
            "",
            Device.Kind.ACCELERATOR,
            "",
            1L << 40,
            1L << 40,
            Basis.EXACT,
            1e12,
            Map.of(),
            new Device.Link("none", 0),
            0,
            null,
            null,
            Basis.EXACT,
            "",
            "");

    private AnyDevice() {}
}
