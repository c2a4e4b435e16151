package dev.weighbridge.cli.devices;

import static dev.weighbridge.cli.terminal.Columns.Align.LEFT;

import dev.weighbridge.cli.terminal.Columns;
import dev.weighbridge.cli.terminal.Output;
import dev.weighbridge.cli.terminal.Style;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.Device.Price;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One device, every figure with what it rests on.
final class DeviceSheet {
    private static final List<String> TYPES = List.of("fp32", "fp16", "bf16", "fp8", "int8", "fp4");

    private DeviceSheet() {}

    static List<String> lines(Device device, Output output) {
        Columns columns = Columns.of(LEFT, LEFT, LEFT);
        columns.row("  memory", Figures.gibibytes(device.memoryBytes()), "as sold");
        columns.row(
                "  usable",
                Figures.gibibytes(device.visibleBytes()),
                device.visibleBasis().label());
        columns.row(
                "  bandwidth",
                Figures.bandwidth(device.bandwidthBytesPerSecond()),
                device.basis().label());
        for (String type : TYPES) {
            if (device.peak(type).isPresent()) {
                columns.row(
                        "  " + type,
                        Figures.operations(device.peak(type)),
                        device.basis().label() + ", dense");
            }
        }
        if (device.link().bytesPerSecond() > 0) {
            columns.row(
                    "  link",
                    Figures.bandwidth(device.link().bytesPerSecond()),
                    device.link().name() + ", each way");
        }
        if (device.watts() > 0) {
            columns.row("  power", String.format(Locale.ROOT, "%.0f W", device.watts()), "at most");
        }
        addPrice(columns, "  rent", "/h", device.rental());
        addPrice(columns, "  price", "", device.purchase());
        List<String> lines = new ArrayList<>();
        lines.add(output.paint(Style.BOLD, device.name()) + "  "
                + device.kind().name().toLowerCase(Locale.ROOT) + " · " + device.generation() + " · "
                + device.vendor());
        lines.addAll(columns.lines());
        lines.add("  source     " + device.source() + ", " + device.date());
        if (!device.aliases().isEmpty()) {
            lines.add("  also       " + String.join(", ", device.aliases()));
        }
        return lines;
    }

    private static void addPrice(Columns columns, String label, String unit, @Nullable Price price) {
        if (price != null) {
            columns.row(label, Figures.dollars(price.dollars()) + unit, price.source() + ", " + price.date());
        }
    }
}
