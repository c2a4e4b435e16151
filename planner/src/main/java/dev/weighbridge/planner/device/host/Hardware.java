package dev.weighbridge.planner.device.host;

import java.util.List;
import java.util.Set;

/// What the operating system tells of this machine.
///
/// @param system name and version of the operating system
/// @param processor the processor's name
/// @param physicalCores of all sockets
/// @param logicalCores of all sockets
/// @param hertz highest clock; 0 where unknown
/// @param load programs that wanted to run at a time in the last minute; negative where unknown
/// @param features instruction sets (`avx2`, `avx512f`, `asimd`), in lower case
/// @param totalBytes main memory installed
/// @param availableBytes main memory that programs could still take
/// @param modules memory modules; empty where only the administrator may see them
/// @param graphics names and memory of graphics cards
record Hardware(
        String system,
        String processor,
        int physicalCores,
        int logicalCores,
        long hertz,
        double load,
        Set<String> features,
        long totalBytes,
        long availableBytes,
        List<Module> modules,
        List<Graphics> graphics) {
    /// A memory module.
    ///
    /// @param bank where it sits (`P0 CHANNEL A/DIMM 0`)
    /// @param type `DDR5`
    /// @param megatransfersPerSecond its speed
    record Module(String bank, String type, long megatransfersPerSecond) {}

    /// A graphics card.
    ///
    /// @param bytes of its memory, 0 where unknown
    record Graphics(String name, long bytes) {}

    Hardware {
        features = Set.copyOf(features);
        modules = List.copyOf(modules);
        graphics = List.copyOf(graphics);
    }
}
