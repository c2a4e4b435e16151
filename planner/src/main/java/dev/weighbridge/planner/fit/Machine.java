package dev.weighbridge.planner.fit;

import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.Device.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The devices that are asked about, and the main memory beside them.
///
/// @param devices accelerators, equal ones repeated; empty for a processor alone
/// @param host the processor with its memory; null where it is not stated, which limits nothing
public record Machine(List<Device> devices, @Nullable Device host) {
    /// Copies the list.
    public Machine {
        devices = List.copyOf(devices);
        if (devices.isEmpty() && host == null) {
            throw new IllegalArgumentException("a machine has a device or a processor");
        }
    }

    /// Devices in the order given, of which processors are the host.
    ///
    /// @throws IllegalArgumentException if there is none, or more than one processor
    public static Machine of(List<Device> devices) {
        List<Device> accelerators = new ArrayList<>();
        Device host = null;
        for (Device device : devices) {
            if (!isHost(device)) {
                accelerators.add(device);
            } else if (host == null) {
                host = device;
            } else {
                throw new IllegalArgumentException("a machine has one processor, found " + host.name() + " and "
                        + device.name() + "; name its memory once");
            }
        }
        return new Machine(accelerators, host);
    }

    /// A machine of so many equal devices.
    public static Machine of(Device device, int count) {
        return isHost(device) && count == 1
                ? new Machine(List.of(), device)
                : new Machine(java.util.Collections.nCopies(count, device), null);
    }

    private static boolean isHost(Device device) {
        return device.kind() == Kind.PROCESSOR;
    }

    /// The processor and its memory, where stated.
    public Optional<Device> processor() {
        return Optional.ofNullable(host);
    }

    /// Whether all devices are alike, so that they can be counted.
    public boolean isUniform() {
        return devices.stream().distinct().count() <= 1;
    }

    /// Whether the devices' memory is the main memory.
    public boolean isUnified() {
        return devices.size() == 1 && devices.getFirst().kind() != Kind.ACCELERATOR;
    }

    /// The same machine with only the first so many devices.
    Machine first(int count) {
        return new Machine(devices.subList(0, count), host);
    }

    /// As a person says it: `2 × NVIDIA H100 SXM 80GB and AMD EPYC 9654`.
    public String label() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        devices.forEach(device -> counts.merge(device.name(), 1, Integer::sum));
        List<String> parts = new ArrayList<>();
        counts.forEach((name, count) -> parts.add(count == 1 ? name : count + " × " + name));
        if (devices.isEmpty() && host != null) {
            parts.add(host.name());
        }
        return String.join(" and ", parts);
    }
}
