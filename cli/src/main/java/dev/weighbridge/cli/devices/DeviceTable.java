package dev.weighbridge.cli.devices;

import static dev.weighbridge.cli.terminal.Columns.Align.LEFT;
import static dev.weighbridge.cli.terminal.Columns.Align.RIGHT;

import dev.weighbridge.cli.terminal.Columns;
import dev.weighbridge.cli.terminal.Output;
import dev.weighbridge.cli.terminal.Style;
import dev.weighbridge.planner.device.Device;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/// The known devices, one a line; one that is sold with several sizes of memory states them all.
final class DeviceTable {
    private DeviceTable() {}

    static List<String> lines(List<Device> devices, Output output) {
        Map<String, List<Device>> byName =
                devices.stream().collect(Collectors.groupingBy(Device::name, LinkedHashMap::new, Collectors.toList()));
        Columns columns = Columns.of(LEFT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT);
        columns.row("DEVICE", "MEMORY", "USABLE", "BANDWIDTH", "16 BIT", "RENT/H");
        byName.forEach((name, sizes) -> {
            Device usual = sizes.getFirst();
            columns.row(
                    name,
                    sizes.stream()
                                    .map(Device::memoryBytes)
                                    .sorted()
                                    .map(Figures::gibibytesAlone)
                                    .collect(Collectors.joining("/"))
                            + " GiB",
                    sizes.size() == 1 ? Figures.usable(usual) : "",
                    Figures.marked(Figures.bandwidth(usual.bandwidthBytesPerSecond()), usual.basis()),
                    Figures.marked(Figures.operations(sixteenBits(usual)), usual.basis()),
                    usual.rent().isPresent() ? Figures.dollars(usual.rent().getAsDouble()) : "");
        });
        List<String> lines = new ArrayList<>(columns.lines());
        lines.set(0, output.paint(Style.BOLD, lines.getFirst()));
        lines.add(byName.size() + (byName.size() == 1 ? " device" : " devices")
                + "; published figures, ~ estimated; weigh devices <name> tells sources and dates");
        return lines;
    }

    /// The faster of the two types of 16 bits; some devices know only one.
    private static OptionalDouble sixteenBits(Device device) {
        OptionalDouble half = device.peak("fp16");
        OptionalDouble brain = device.peak("bf16");
        return brain.orElse(0) > half.orElse(0) ? brain : half;
    }
}
