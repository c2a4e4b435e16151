package dev.weighbridge.planner.memory.serving;

import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.registry.AllFamilies;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.catalogue.KnownModel;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.figure.Basis;

/// Models and devices of the catalogues, for tests.
final class Known {
    private static final double GIB = 1L << 30;

    private final Families families = AllFamilies.families();
    private final Catalogue catalogue = Catalogue.embedded();
    private final DeviceCatalogue devices = DeviceCatalogue.embedded();

    Anatomy model(String name) {
        KnownModel known = catalogue.resolve(name).orElseThrow(() -> new AssertionError(name));
        return Anatomy.of(known.name(), families.blueprint(known.config()));
    }

    /// A device with the memory that a log's driver reported.
    Device device(String name, double visibleGib) {
        long visible = Math.round(visibleGib * GIB);
        return devices.find(name).orElseThrow(() -> new AssertionError(name)).withMemory(visible, visible, Basis.EXACT);
    }
}
