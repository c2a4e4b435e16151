package dev.weighbridge.cli.devices;

import static dev.weighbridge.cli.terminal.Columns.Align.LEFT;
import static dev.weighbridge.cli.terminal.Columns.Align.RIGHT;

import dev.weighbridge.cli.terminal.Columns;
import dev.weighbridge.cli.terminal.Output;
import dev.weighbridge.cli.terminal.Style;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.host.Host;
import dev.weighbridge.planner.device.host.HostDevice;
import dev.weighbridge.planner.device.host.Measurement;
import dev.weighbridge.planner.figure.Basis;
import java.util.ArrayList;
import java.util.List;

/// This machine in a few lines.
final class HostText {
    private HostText() {}

    static List<String> lines(Host host, Output output) {
        Device processor = host.processor().device();
        Columns columns = Columns.of(LEFT, LEFT);
        columns.row(
                "  processor",
                processor.name() + ", " + host.threads() + (host.threads() == 1 ? " thread" : " threads"));
        columns.row("  memory", memory(host));
        columns.row("  bandwidth", Figures.bandwidth(processor.bandwidthBytesPerSecond()) + "  " + basis(processor));
        columns.row(
                "  fp32",
                Figures.operations(processor.peak("fp32")) + "  "
                        + (processor.basis() == Basis.MEASURED
                                ? basis(processor)
                                : "estimated: cores × vector width × clock"));
        for (HostDevice accelerator : host.accelerators()) {
            columns.row("  gpu", accelerator(accelerator));
        }
        host.unknown()
                .forEach(name -> columns.row(
                        "  gpu", name + ", in no catalogue: state its figures in a file (docs/devices.md)"));
        List<String> lines = new ArrayList<>();
        lines.add(output.paint(Style.BOLD, "this machine") + "  " + host.system());
        lines.addAll(columns.lines());
        if (processor.basis() != Basis.MEASURED) {
            lines.add("  weigh devices --measure measures bandwidth and matrix products in some six seconds");
        }
        return lines;
    }

    private static String memory(Host host) {
        Host.MainMemory memory = host.memory();
        String text = Figures.gibibytes(memory.installedBytes()) + ", "
                + Figures.gibibytes(host.processor().freeBytes()) + " free";
        if (memory.isLimited()) {
            text += ", " + Figures.gibibytes(memory.limitBytes()) + " allowed by the container";
        }
        return memory.channels() == 0
                ? text
                : text + ", " + memory.channels() + " channels of " + memory.type() + "-"
                        + memory.megatransfersPerSecond();
    }

    private static String accelerator(HostDevice here) {
        Device device = here.device();
        return device.name() + ", " + Figures.usable(device) + " usable, " + Figures.gibibytes(here.freeBytes())
                + " free, " + Figures.bandwidth(device.bandwidthBytesPerSecond()) + ", told by " + here.toldBy();
    }

    private static String basis(Device device) {
        return device.basis() == Basis.MEASURED
                ? "measured " + device.date()
                : device.basis().label() + ": " + device.source();
    }

    static List<String> lines(Measurement measurement) {
        String all = measurement.threads() + " threads";
        Columns columns = Columns.of(LEFT, LEFT, RIGHT);
        columns.row("memory bandwidth", "one thread", Figures.bandwidth(measurement.bandwidthOfOne()));
        columns.row("", all, Figures.bandwidth(measurement.bandwidthOfAll()));
        columns.row("fp32 matrix product", "one thread", Figures.operations(measurement.floatsOfOne()));
        columns.row("", all, Figures.operations(measurement.floatsOfAll()));
        List<String> lines = new ArrayList<>(columns.lines());
        lines.add("measured on " + measurement.processor() + ", " + measurement.date());
        return lines;
    }
}
