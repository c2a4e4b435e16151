package dev.weighbridge.planner.device.host;

import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.Device.Kind;
import java.util.List;

/// This machine, as far as running models goes.
///
/// @param system name and version of the operating system
/// @param processor the processor with the main memory that may be used
/// @param threads of the processor that may run at a time, what a container allows taken into account
/// @param load programs that wanted to run at a time in the last minute; negative where unknown
/// @param memory where the figures of the main memory come from
/// @param accelerators GPUs and chips with unified memory, in the order their tool counts them
/// @param unknown what was found but is in no catalogue, in the maker's words
public record Host(
        String system,
        HostDevice processor,
        int threads,
        double load,
        MainMemory memory,
        List<HostDevice> accelerators,
        List<String> unknown) {
    /// Main memory and what limits its use.
    ///
    /// @param installedBytes in the machine
    /// @param limitBytes that a container (control group) allows; the installed ones where it sets no limit
    /// @param channels of memory in use; 0 where the firmware does not tell
    /// @param megatransfersPerSecond of one channel; 0 where the firmware does not tell
    /// @param type `DDR5`, or empty where the firmware does not tell
    public record MainMemory(
            long installedBytes, long limitBytes, int channels, long megatransfersPerSecond, String type) {
        /// Whether a container allows less than is installed.
        public boolean isLimited() {
            return limitBytes < installedBytes;
        }
    }

    /// Copies the lists.
    public Host {
        accelerators = List.copyOf(accelerators);
        unknown = List.copyOf(unknown);
    }

    /// Whether other programs take so much of the processor that a measurement would measure them too.
    public boolean isBusy() {
        return load > threads / 2.0;
    }

    /// The devices that a model runs on if nobody says otherwise: accelerators with memory of their own, or without
    /// any the chip whose GPU shares the main memory.
    public List<Device> devices() {
        List<Device> all = accelerators.stream().map(HostDevice::device).toList();
        List<Device> own =
                all.stream().filter(device -> device.kind() == Kind.ACCELERATOR).toList();
        return own.isEmpty() ? all : own;
    }
}
