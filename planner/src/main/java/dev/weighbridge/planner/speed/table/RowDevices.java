package dev.weighbridge.planner.speed.table;

import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.figure.Basis;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The devices of rows: from the catalogue by name, else made up from the stated bandwidth.
final class RowDevices {
    /// A stated bandwidth so far from the catalogue's is that of another device of the name.
    private static final double OTHER = 1.2;

    private static final Pattern NVIDIA =
            Pattern.compile("(?i).*(nvidia|geforce|rtx|gtx|tesla|quadro|\\b[abhvlpt]\\d{1,3}0?s?\\b).*");
    private static final Pattern APPLE =
            Pattern.compile("(?i).*(apple|\\bmac\\b|macbook|\\bm\\d( (pro|max|ultra))?\\b).*");
    private static final Pattern AMD = Pattern.compile("(?i).*(amd|radeon|\\brx\\b|ryzen|instinct|\\bmi\\d{2,3}).*");
    private static final Pattern INTEL = Pattern.compile("(?i).*(intel|\\barc\\b|core ultra|xeon).*");

    private final DeviceCatalogue catalogue;
    private final Map<String, Optional<Device>> found = new HashMap<>();

    RowDevices(DeviceCatalogue catalogue) {
        this.catalogue = catalogue;
    }

    /// The device of a row; empty where neither the name is known nor a bandwidth stated.
    Optional<Device> find(SpeedRow row) {
        Optional<Device> known = found.computeIfAbsent(row.device(), catalogue::find);
        if (!(row.bandwidth() > 0)) {
            return known;
        }
        if (known.isEmpty()) {
            return Optional.of(unknown(row));
        }
        double ratio = row.bandwidth() / known.get().bandwidthBytesPerSecond();
        return ratio < OTHER && ratio > 1 / OTHER ? known : Optional.of(withBandwidth(known.get(), row.bandwidth()));
    }

    private static Device withBandwidth(Device device, double bandwidth) {
        return new Device(
                device.name(),
                device.aliases(),
                device.vendor(),
                device.kind(),
                device.generation(),
                device.memoryBytes(),
                device.visibleBytes(),
                device.visibleBasis(),
                bandwidth,
                device.peak(),
                device.link(),
                device.watts(),
                device.rental(),
                device.purchase(),
                device.basis(),
                device.source(),
                device.date());
    }

    private static Device unknown(SpeedRow row) {
        String vendor = vendor(row.device());
        return new Device(
                row.device(),
                List.of(),
                vendor,
                vendor.equals("Apple") ? Device.Kind.UNIFIED : Device.Kind.ACCELERATOR,
                "",
                1L << 40,
                1L << 40,
                Basis.ESTIMATED,
                row.bandwidth(),
                Map.of(),
                new Device.Link("unknown", 0),
                0,
                null,
                null,
                Basis.ESTIMATED,
                row.publisher(),
                "");
    }

    private static String vendor(String name) {
        if (APPLE.matcher(name).matches()) {
            return "Apple";
        }
        if (NVIDIA.matcher(name).matches()) {
            return "NVIDIA";
        }
        if (AMD.matcher(name).matches()) {
            return "AMD";
        }
        return INTEL.matcher(name).matches() ? "Intel" : "";
    }
}
