package dev.weighbridge.planner.device.host;

import dev.weighbridge.planner.device.host.Hardware.Graphics;
import dev.weighbridge.planner.device.host.Hardware.Module;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.GlobalMemory;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.hardware.PhysicalMemory;

/// Asks the operating system through OSHI.
final class OshiHardware {
    private OshiHardware() {}

    static Hardware read() {
        SystemInfo system = new SystemInfo();
        HardwareAbstractionLayer hardware = system.getHardware();
        CentralProcessor processor = hardware.getProcessor();
        GlobalMemory memory = hardware.getMemory();
        return new Hardware(
                system.getOperatingSystem().toString(),
                processor.getProcessorIdentifier().getName().strip(),
                Math.max(1, processor.getPhysicalProcessorCount()),
                Math.max(1, processor.getLogicalProcessorCount()),
                Math.max(0, processor.getMaxFreq()),
                processor.getSystemLoadAverage(1)[0],
                features(processor),
                memory.getTotal(),
                memory.getAvailable(),
                modules(memory.getPhysicalMemory()),
                hardware.getGraphicsCards().stream()
                        .map(card -> new Graphics(card.getName(), Math.max(0, card.getVRam())))
                        .toList());
    }

    /// Linux lists them in a line of `/proc/cpuinfo`, others one by one.
    private static Set<String> features(CentralProcessor processor) {
        Set<String> features = new TreeSet<>();
        for (String flags : processor.getFeatureFlags()) {
            features.addAll(List.of(flags.toLowerCase(Locale.ROOT).split("[^a-z0-9_]+")));
        }
        return features;
    }

    private static List<Module> modules(List<PhysicalMemory> modules) {
        return modules.stream()
                .filter(module -> module.getCapacity() > 0)
                .map(module -> new Module(
                        module.getBankLabel(), module.getMemoryType(), Math.max(0, module.getClockSpeed()) / 1_000_000))
                .toList();
    }
}
