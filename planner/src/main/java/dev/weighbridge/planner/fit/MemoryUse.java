package dev.weighbridge.planner.fit;

import dev.weighbridge.planner.memory.Portion;

/// What a plan takes of one memory, and what it may take.
///
/// @param device index into the devices of the placement; [Portion#HOST] for main memory
/// @param name of the device, or `main memory`
/// @param neededBytes taken by the plan
/// @param usableBytes that may be taken; `Long.MAX_VALUE` where no limit is stated
public record MemoryUse(int device, String name, long neededBytes, long usableBytes) {
    /// Whether it holds what is needed.
    public boolean fits() {
        return neededBytes <= usableBytes;
    }

    /// Whether a limit is stated.
    public boolean isLimited() {
        return usableBytes != Long.MAX_VALUE;
    }

    /// Bytes left free; negative where so many are missing.
    public long freeBytes() {
        return isLimited() ? usableBytes - neededBytes : Long.MAX_VALUE;
    }

    /// Whether it is main memory.
    public boolean isHost() {
        return device == Portion.HOST;
    }
}
