package dev.weighbridge.planner.device.host;

import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.DeviceCatalogue;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Finds out what this machine is.
public final class HostReader {
    private final Supplier<Hardware> hardware;
    private final Tool tool;
    private final ControlGroups groups;
    private final int processors;
    private final InstantSource clock;

    HostReader(Supplier<Hardware> hardware, Tool tool, ControlGroups groups, int processors, InstantSource clock) {
        this.hardware = hardware;
        this.tool = tool;
        this.groups = groups;
        this.processors = processors;
        this.clock = clock;
    }

    /// A reader of the machine that this program runs on.
    public static HostReader ofThisMachine() {
        return new HostReader(
                OshiHardware::read,
                Tool.ofThisMachine(),
                new ControlGroups(Path.of("/")),
                Runtime.getRuntime().availableProcessors(),
                InstantSource.system());
    }

    /// This machine; what it shares with the catalogue is filled in from there.
    ///
    /// @param measurement what was measured on it; null where nothing was, and ignored if it is another
    ///     machine's
    public Host read(DeviceCatalogue catalogue, @Nullable Measurement measurement) {
        Hardware found = hardware.get();
        int threads = threads(found);
        Measurement own = measurement != null && measurement.isOf(found.processor(), threads) ? measurement : null;
        Processor processor = new Processor(found, catalogue, own);
        long limit = Math.min(found.totalBytes(), groups.memoryLimit().orElse(Long.MAX_VALUE));
        long free = Math.min(found.availableBytes(), groups.memoryFree().orElse(Long.MAX_VALUE));
        String today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).toString();
        Device device = processor.device(limit, today);
        Cards cards = new Cards(catalogue, found, processor.unified(), limit, free);
        cards.addAll(cards());
        cards.addGraphics();
        MemoryChannels channels = MemoryChannels.of(found.modules());
        return new Host(
                found.system(),
                new HostDevice(device, Math.min(free, limit), "OSHI"),
                threads,
                found.load(),
                new Host.MainMemory(
                        found.totalBytes(),
                        limit,
                        channels.count(),
                        channels.megatransfersPerSecond(),
                        channels.type()),
                cards.devices(),
                cards.unknown());
    }

    /// Threads that may run at a time: what affinity leaves, and what a control group pays for.
    private int threads(Hardware found) {
        int allowed = Math.min(processors, found.logicalCores());
        return (int)
                Math.max(1, Math.min(allowed, Math.ceil(groups.processorLimit().orElse(allowed))));
    }

    private List<Card> cards() {
        List<Card> cards = new ArrayList<>();
        cards.addAll(NvidiaSmi.cards(tool));
        cards.addAll(AmdSmi.cards(tool));
        cards.addAll(SystemProfiler.cards(tool));
        return cards;
    }
}
