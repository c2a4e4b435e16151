package dev.weighbridge.planner.memory.serving;

import dev.weighbridge.planner.device.Device;

/// Settings of vLLM beside those that every runtime has. The tokens computed at once are the workload's
/// batch.
///
/// @param version whose behaviour is described
/// @param utilization share of each device's memory that the engine may fill (`--gpu-memory-utilization`);
///     0 for the version's default
/// @param sequences at a time at most (`--max-num-seqs`); 0 for the default on the device
/// @param block positions of a page (`--block-size`); 0 for the default
/// @param isEager whether no graphs are captured (`--enforce-eager`)
public record VllmSettings(EngineVersion version, double utilization, int sequences, int block, boolean isEager) {
    private static final long LARGE_DEVICE_BYTES = 70L << 30;

    /// Checks the ranges.
    public VllmSettings {
        if (!(utilization >= 0 && utilization <= 1) || sequences < 0 || block < 0 || block > 1 << 16) {
            throw new IllegalArgumentException(
                    "memory utilization lies between 0 and 1, sequences and block are not negative");
        }
    }

    /// The defaults of a version.
    public static VllmSettings of(EngineVersion version) {
        return new VllmSettings(version, 0, 0, 0, false);
    }

    /// The same with that share of memory.
    public VllmSettings withUtilization(double share) {
        return new VllmSettings(version, share, sequences, block, isEager);
    }

    /// The same with so many sequences at a time at most.
    public VllmSettings withSequences(int count) {
        return new VllmSettings(version, utilization, count, block, isEager);
    }

    /// The same with pages of so many positions.
    public VllmSettings withBlock(int positions) {
        return new VllmSettings(version, utilization, sequences, positions, isEager);
    }

    /// The same without captured graphs.
    public VllmSettings eager() {
        return new VllmSettings(version, utilization, sequences, block, true);
    }

    /// The share in force: 0.92 from version 0.21 on, 0.9 before.
    public double share() {
        return utilization > 0 ? utilization : reservesGraphs() ? 0.92 : 0.9;
    }

    /// Whether room for graphs is set aside before the cache is made (default from version 0.21 on).
    boolean reservesGraphs() {
        return version.isAtLeast(0, 21);
    }

    /// Sequences at a time on a device (`EngineArgs.get_batch_defaults` for the API server).
    int sequencesOn(Device device) {
        return sequences > 0 ? sequences : isLarge(device) ? 1024 : 256;
    }

    /// Tokens computed at once on a device, likewise.
    static int tokensOn(Device device) {
        return isLarge(device) ? 8192 : 2048;
    }

    private static boolean isLarge(Device device) {
        return device.visibleBytes() >= LARGE_DEVICE_BYTES
                && device.kind() == Device.Kind.ACCELERATOR
                && !device.name().contains("A100");
    }
}
