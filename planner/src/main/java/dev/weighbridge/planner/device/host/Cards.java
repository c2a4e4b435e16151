package dev.weighbridge.planner.device.host;

import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.Device.Kind;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.figure.Basis;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Makes devices of the GPUs that were found, by looking them up.
final class Cards {
    private static final long GIB = 1L << 30;

    /// A driver's total and the catalogue's differ by what the driver keeps for itself.
    private static final double NEAR = 0.07;

    /// A GPU in a processor that the user has given this much memory of its own is meant to be used.
    private static final long DEDICATED = 4L << 30;

    private final DeviceCatalogue catalogue;
    private final Hardware hardware;
    private final Optional<Device> unified;
    private final long limitBytes;
    private final long freeBytes;
    private final List<HostDevice> devices = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();
    private final Set<String> vendors = new TreeSet<>();

    /// @param unified the processor's own entry in the catalogue, where its GPU shares the memory
    /// @param limitBytes of main memory that may be used
    /// @param freeBytes of main memory
    Cards(DeviceCatalogue catalogue, Hardware hardware, Optional<Device> unified, long limitBytes, long freeBytes) {
        this.catalogue = catalogue;
        this.hardware = hardware;
        this.unified = unified;
        this.limitBytes = limitBytes;
        this.freeBytes = freeBytes;
    }

    List<HostDevice> devices() {
        return devices;
    }

    List<String> unknown() {
        return unknown;
    }

    void addAll(List<Card> cards) {
        for (Card card : cards) {
            Optional<Device> known = find(card.name(), card.totalBytes());
            if (known.isEmpty()) {
                // A GPU in a processor has no name of its own for some tools: AMD Radeon Graphics.
                known = unified.filter(device -> device.vendor().equals(card.vendor()));
            }
            if (known.isEmpty()) {
                unknown.add(card.name());
            }
            known.ifPresent(device -> {
                devices.add(here(device, card));
                vendors.add(device.vendor());
            });
        }
    }

    /// Graphics cards that the operating system lists, of makers whose own tool told nothing.
    void addGraphics() {
        Set<String> told = Set.copyOf(vendors);
        for (Hardware.Graphics graphics : hardware.graphics()) {
            alternatives(graphics)
                    .filter(device -> !told.contains(device.vendor()))
                    .filter(device -> device.kind() == Kind.ACCELERATOR
                            || (device.kind() == Kind.UNIFIED && graphics.bytes() >= DEDICATED))
                    .ifPresent(device ->
                            devices.add(here(device, new Card("", graphics.name(), graphics.bytes(), 0, 0, "OSHI"))));
        }
    }

    /// The one device that a name means; `Navi 31 [Radeon RX 7900 XT/7900 XTX]` means the one with that
    /// memory.
    private Optional<Device> alternatives(Hardware.Graphics graphics) {
        String[] names = graphics.name().split("/");
        if (names.length == 1) {
            return find(graphics.name(), graphics.bytes());
        }
        List<Device> fitting = new ArrayList<>();
        for (String name : names) {
            find(name, graphics.bytes())
                    .filter(device -> isNear(graphics.bytes(), device.memoryBytes()))
                    .ifPresent(fitting::add);
        }
        return fitting.size() == 1 ? Optional.of(fitting.getFirst()) : Optional.empty();
    }

    /// The device of that name and memory; for a chip without memory of its own, that of the machine
    /// decides.
    private Optional<Device> find(String name, long bytes) {
        Optional<Device> named = catalogue.find(name);
        if (named.isEmpty()) {
            return Optional.empty();
        }
        long size = named.get().kind() == Kind.ACCELERATOR ? bytes : roundedUp(hardware.totalBytes());
        return size > 0
                ? catalogue.find(name + " " + String.format(Locale.ROOT, "%.2f", (double) size / GIB) + " GiB")
                : named;
    }

    /// The operating system shows less than is installed: firmware and kernel keep some.
    private static long roundedUp(long bytes) {
        return Math.ceilDiv(bytes, 2 * GIB) * 2 * GIB;
    }

    private HostDevice here(Device device, Card card) {
        return device.kind() == Kind.ACCELERATOR ? withOwnMemory(device, card) : withMainMemory(device, card);
    }

    private static HostDevice withOwnMemory(Device device, Card card) {
        long total = card.totalBytes();
        boolean isAsKnown = total == 0 || isNear(total, device.memoryBytes()) || isNear(total, device.visibleBytes());
        Device here = isAsKnown ? device : device.withMemory(Math.max(total, device.memoryBytes()), total, Basis.EXACT);
        long free = card.freeBytes() > 0 ? Math.min(card.freeBytes(), here.visibleBytes()) : here.visibleBytes();
        return new HostDevice(here, free, card.toldBy());
    }

    /// A limit that the user has set goes before the driver's share, this before the usual one.
    private HostDevice withMainMemory(Device device, Card card) {
        double share = (double) device.visibleBytes() / device.memoryBytes();
        long own = card.totalBytes() + card.sharedBytes();
        long visible = own > 0 ? own : (long) (hardware.totalBytes() * share);
        boolean hasUsualShare = own == 0 && isNear(hardware.totalBytes(), device.memoryBytes());
        if (hasUsualShare) {
            visible = device.visibleBytes();
        }
        visible = Math.max(1, Math.min(visible, limitBytes));
        Device here = device.withMemory(hardware.totalBytes(), visible, own > 0 ? Basis.EXACT : device.visibleBasis());
        return new HostDevice(here, Math.min(visible, freeBytes), card.toldBy());
    }

    private static boolean isNear(long some, long other) {
        return Math.abs(some - other) <= NEAR * other;
    }
}
