package dev.weighbridge.cli.devices;

import dev.weighbridge.cli.terminal.Style;
import dev.weighbridge.cli.terminal.Terminal;
import dev.weighbridge.model.error.NotFoundException;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.device.host.Host;
import dev.weighbridge.planner.device.host.Measurement;
import dev.weighbridge.planner.device.host.Measuring;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `weigh devices`: this machine, the devices that are known, one of them in detail; measures this machine.
@Command(
        name = "devices",
        description = "Show this machine and the devices that are known: memory, bandwidth, speed, power, rent. "
                + "With a name: that device, with the source and date of each figure.",
        footer = {
            "  weigh devices",
            "  weigh devices \"RTX 4090\"",
            "  weigh devices --vendor apple --memory 64",
            "  weigh devices --json | jq -r '.devices[].name'",
            "  weigh devices --measure",
            "",
            "Devices of your own: a JSON file, ~/.config/weigh/devices.json or --file (docs/devices.md)."
        })
public final class DevicesCommand implements Callable<Integer> {
    private static final long GIB = 1L << 30;

    private final Terminal terminal;
    private final Supplier<LocalHardware> hardware;

    @Parameters(arity = "0..*", paramLabel = "<name>", description = "Devices to show in detail.")
    List<String> names = List.of();

    @Option(names = "--kind", paramLabel = "<kind>", description = "Only this kind: ${COMPLETION-CANDIDATES}.")
    @Nullable
    KindChoice kind;

    @Option(names = "--vendor", paramLabel = "<maker>", description = "Only devices of this maker.")
    @Nullable
    String vendor;

    @Option(names = "--memory", paramLabel = "<GiB>", description = "Only devices with at least this much memory.")
    double memory;

    @Option(names = "--file", paramLabel = "<file>", description = "Take these devices of your own, too.")
    @Nullable
    Path file;

    @Option(
            names = "--measure",
            description = "Measure memory bandwidth and matrix products here, some six seconds, and keep the result "
                    + "for later plans.")
    boolean measure;

    @Option(names = "--json", description = "As one JSON object.")
    boolean json;

    /// What a device is, as the user types it.
    enum KindChoice {
        ACCELERATOR(Device.Kind.ACCELERATOR),
        UNIFIED(Device.Kind.UNIFIED),
        PROCESSOR(Device.Kind.PROCESSOR),
        PHONE(Device.Kind.PHONE);

        private final Device.Kind kind;

        KindChoice(Device.Kind kind) {
            this.kind = kind;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Shows the devices of `hardware`, which is asked for only when the command runs.
    public DevicesCommand(Terminal terminal, Supplier<LocalHardware> hardware) {
        this.terminal = terminal;
        this.hardware = hardware;
    }

    @Override
    public Integer call() {
        LocalHardware local = hardware.get();
        DeviceCatalogue catalogue = file == null ? local.catalogue() : local.catalogue(file);
        if (measure) {
            measure(local, catalogue);
        } else if (names.isEmpty()) {
            showAll(local, catalogue);
        } else {
            showNamed(catalogue);
        }
        return 0;
    }

    private void showAll(LocalHardware local, DeviceCatalogue catalogue) {
        List<Device> shown = catalogue.devices().stream().filter(this::isWanted).toList();
        if (json) {
            DevicesJson.write(terminal.out(), local.host(catalogue), shown);
            return;
        }
        if (!isFiltered()) {
            HostText.lines(local.host(catalogue), terminal.out()).forEach(terminal.out()::println);
            terminal.out().println();
        }
        if (shown.isEmpty()) {
            terminal.err().println("no device is of that kind, maker and size");
            return;
        }
        DeviceTable.lines(shown, terminal.out()).forEach(terminal.out()::println);
    }

    private boolean isFiltered() {
        return kind != null || vendor != null || memory > 0;
    }

    private boolean isWanted(Device device) {
        return (kind == null || device.kind() == kind.kind)
                && (vendor == null || device.vendor().equalsIgnoreCase(vendor.strip()))
                && device.memoryBytes() >= memory * GIB;
    }

    private void showNamed(DeviceCatalogue catalogue) {
        List<Device> found = new ArrayList<>();
        for (String name : names) {
            found.add(catalogue.find(name).orElseThrow(() -> unknown(name, catalogue)));
        }
        boolean isFirst = true;
        for (Device device : found) {
            if (json) {
                DevicesJson.write(terminal.out(), device);
            } else {
                if (!isFirst) {
                    terminal.out().println();
                }
                DeviceSheet.lines(device, terminal.out()).forEach(terminal.out()::println);
            }
            isFirst = false;
        }
    }

    private static NotFoundException unknown(String name, DeviceCatalogue catalogue) {
        List<String> nearest = catalogue.nearest(name);
        String sentence = "no device is called '" + name.strip() + "'";
        return nearest.isEmpty()
                ? new NotFoundException(sentence, "weigh devices lists those that are known")
                : new NotFoundException(sentence, "did you mean " + String.join(", ", nearest) + "?");
    }

    private void measure(LocalHardware local, DeviceCatalogue catalogue) {
        Host host = local.host(catalogue);
        long heap = Runtime.getRuntime().maxMemory() / 2;
        String today = LocalDate.now(ZoneOffset.UTC).toString();
        Measurement measurement = new Measuring(host.threads(), heap)
                .take(host.processor().device().name(), today, this::progress);
        progress("");
        StringWriter kept = new StringWriter();
        DevicesJson.write(kept, measurement);
        Optional<Path> at = local.keep(kept.toString());
        if (json) {
            terminal.out().print(kept);
        } else {
            HostText.lines(measurement).forEach(terminal.out()::println);
        }
        if (host.isBusy()) {
            terminal.err()
                    .println(String.format(
                            Locale.ROOT,
                            "other programs kept this machine busy (load %.1f on %d threads): measure again when it is quiet",
                            host.load(),
                            host.threads()));
        }
        terminal.err()
                .println(at.map(path -> "kept in " + path + "; later plans rest on it")
                        .orElse("not kept: there is no folder for it, set WEIGH_CACHE"));
    }

    /// One line that each step overwrites, where a person looks on.
    private void progress(String step) {
        if (terminal.err().isTerminal()) {
            String text = step.isEmpty() ? "" : "measuring " + step + " …";
            terminal.err().print("\r\033[K" + terminal.err().paint(Style.DIM, text));
            terminal.err().flush();
        }
    }
}
