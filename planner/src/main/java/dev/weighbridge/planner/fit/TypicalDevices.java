package dev.weighbridge.planner.fit;

import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.precision.Precision;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Devices that people have or rent, one for each size of memory that is common.
public final class TypicalDevices {
    private static final String TABLE = "typical-devices.txt";

    private final List<Device> devices;

    private TypicalDevices(List<Device> devices) {
        this.devices = List.copyOf(devices);
    }

    /// Those that Weighbridge carries, as a catalogue describes them.
    ///
    /// @throws IllegalArgumentException if the catalogue lacks one
    public static TypicalDevices of(DeviceCatalogue catalogue) {
        try (InputStream table = TypicalDevices.class.getResourceAsStream(TABLE)) {
            String text = new String(Objects.requireNonNull(table, TABLE).readAllBytes(), StandardCharsets.UTF_8);
            return new TypicalDevices(text.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(name -> catalogue
                            .find(name)
                            .orElseThrow(() -> new IllegalArgumentException(TABLE + ": no device is called " + name)))
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The devices, as listed.
    public List<Device> devices() {
        return devices;
    }

    /// A device and the largest precision that fits on one of it.
    public record Place(Device device, Precision precision) {}

    /// For each device on which the model fits alone, at what precision at best.
    ///
    /// @param ladder the precisions to try, the largest first
    public List<Place> placesFor(Question question, List<Precision> ladder) {
        List<Place> places = new ArrayList<>();
        List<Precision> remembered =
                ladder.stream().<Precision>map(StoredOnce::of).toList();
        for (Device device : devices) {
            Question there = question.on(Machine.of(device, 1));
            remembered.stream()
                    .filter(precision -> new Trials(there, precision).fits())
                    .findFirst()
                    .ifPresent(precision -> places.add(new Place(device, precision)));
        }
        return places;
    }
}
