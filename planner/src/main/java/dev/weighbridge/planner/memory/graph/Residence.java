package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.memory.Portion;
import java.util.List;
import java.util.function.ToLongFunction;

/// Where a ggml runtime holds the weights that a graph reads.
///
/// The token table is in main memory always.
///
/// @param deviceCount accelerators; 0 for the processor alone
/// @param layerDevices the device of each layer, or [Portion#HOST]; layers beyond the list are where the last
///     one is
/// @param outputDevice the device of the output head and its norm, or [Portion#HOST]
/// @param hostExpertLayers layers, counted from the first, whose routed experts are in main memory
/// @param weightBytes what a weight takes
public record Residence(
        int deviceCount,
        List<Integer> layerDevices,
        int outputDevice,
        int hostExpertLayers,
        ToLongFunction<Weight> weightBytes) {
    /// Copies the list and checks that it names known devices.
    public Residence {
        layerDevices = List.copyOf(layerDevices);
        for (int device : layerDevices) {
            check(device, deviceCount);
        }
        check(outputDevice, deviceCount);
        if (hostExpertLayers < 0) {
            throw new IllegalArgumentException("layers with experts in main memory must not be negative");
        }
    }

    /// Everything in main memory.
    public static Residence onHost() {
        return new Residence(0, List.of(), Portion.HOST, 0, _ -> 0);
    }

    /// Everything but the token table on one device.
    public static Residence onDevice() {
        return new Residence(1, List.of(0), 0, 0, _ -> 0);
    }

    /// The device of a layer, or [Portion#HOST].
    public int deviceOf(int layer) {
        return layerDevices.isEmpty() ? Portion.HOST : layerDevices.get(Math.min(layer, layerDevices.size() - 1));
    }

    /// Whether several micro-batches are in work at a time: with more than one device, everything on them.
    boolean isPipelined(GraphSettings settings) {
        // ik_llama.cpp is built with one copy of the scheduler's inputs (GGML_SCHED_MAX_COPIES=1), which pipelines
        // nothing
        return !settings.dialect().isFork()
                && deviceCount > 1
                && isWhole()
                && settings.offloadsCache()
                && hostExpertLayers == 0;
    }

    /// Whether no layer is in main memory.
    boolean isWhole() {
        return outputDevice != Portion.HOST && !layerDevices.contains(Portion.HOST);
    }

    private static void check(int device, int deviceCount) {
        if (device < Portion.HOST || device >= deviceCount) {
            throw new IllegalArgumentException("no device " + device + " among " + deviceCount);
        }
    }
}
