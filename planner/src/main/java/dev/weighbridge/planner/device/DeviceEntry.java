package dev.weighbridge.planner.device;

import dev.weighbridge.planner.device.Device.Kind;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// What a catalogue keeps of a device: what it is called, and how to come by the rest.
///
/// @param name the usual name
/// @param kind what it is
/// @param names the usual name first, then the aliases, taken apart
/// @param source gives the devices of that name, one for each size of memory
record DeviceEntry(String name, Kind kind, List<DeviceName> names, Supplier<List<Device>> source) {
    DeviceEntry {
        names = List.copyOf(names);
    }

    static DeviceEntry of(Device device) {
        return new DeviceEntry(
                device.name(), device.kind(), apart(device.name(), device.aliases()), () -> List.of(device));
    }

    /// An entry that parses its line when it is asked for the devices.
    static DeviceEntry of(DeviceReader reader, String line) {
        DeviceReader.Head head = reader.head(line);
        return new DeviceEntry(
                head.name(), head.kind(), apart(head.name(), head.aliases()), () -> reader.readLine(line));
    }

    private static List<DeviceName> apart(String name, List<String> aliases) {
        return Stream.concat(Stream.of(name), aliases.stream())
                .map(DeviceName::of)
                .toList();
    }

    List<Device> devices() {
        return source.get();
    }

    /// Words of the longest of its names that stands in the text; 0 for none.
    int wordsIn(DeviceName text) {
        int most = 0;
        for (DeviceName name : names) {
            if (name.words().size() > most && name.endIn(text) >= 0) {
                most = name.words().size();
            }
        }
        return most;
    }

    /// Memory sizes in GiB that the text states in one of its names or after it.
    List<Double> sizesIn(DeviceName text) {
        int start = names.stream()
                .filter(name -> name.endIn(text) >= 0)
                .mapToInt(name -> name.endIn(text) - name.words().size())
                .min()
                .orElse(0);
        return text.sizesFrom(start);
    }

    boolean hasCoresOf(DeviceName text) {
        return names.getFirst().cores().stream().anyMatch(text.cores()::contains);
    }

    /// How alike the text is to the likest of its names, from 0 to 1.
    double likeness(DeviceName text) {
        return names.stream().mapToDouble(name -> name.likeness(text)).max().orElse(0);
    }
}
