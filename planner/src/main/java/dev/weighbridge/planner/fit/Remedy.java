package dev.weighbridge.planner.fit;

import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.memory.Placement.Split;

/// A change that would make a model fit, all else being equal.
public sealed interface Remedy {
    /// A sequence of at most so many tokens.
    record SmallerContext(long tokens) implements Remedy {}

    /// A cache of this type for keys and values.
    record CacheOf(DataType type) implements Remedy {}

    /// The largest precision that fits.
    record OtherPrecision(String name) implements Remedy {}

    /// So many of the device, the fewest that hold it.
    record MoreDevices(Device device, int count, Split split) implements Remedy {}

    /// Layers on the devices, the rest in main memory.
    ///
    /// @param hostBytes of main memory that this takes
    record OffloadLayers(int deviceLayers, int layerCount, long hostBytes) implements Remedy {}

    /// Routed experts of so many layers in main memory, all else on the devices.
    ///
    /// @param hostBytes of main memory that this takes
    record ExpertsOnHost(int layers, long hostBytes) implements Remedy {}

    /// Another device, the smallest that holds it alone.
    record OtherDevice(Device device) implements Remedy {}

    /// Training otherwise.
    ///
    /// @param how `checkpointing`, `ZeRO 3`, `QLoRA`
    record OtherTraining(String how) implements Remedy {}
}
