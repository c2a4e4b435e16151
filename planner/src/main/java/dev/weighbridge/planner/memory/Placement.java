package dev.weighbridge.planner.memory;

import dev.weighbridge.planner.device.Device;
import java.util.List;

/// Where a model is put: the devices and how it is divided among them.
///
/// @param devices one entry for each device, equal ones repeated; empty for main memory and the processor alone
/// @param split how layers and matrices are divided
/// @param offloadedLayers layers on the devices, counted from the last, the output layer being one of them (llama.cpp
///     `-ngl`); [#ALL] for all
/// @param hostExpertLayers layers, counted from the first, whose routed experts stay in main memory (llama.cpp
///     `--n-cpu-moe`)
public record Placement(List<Device> devices, Split split, int offloadedLayers, int hostExpertLayers) {
    /// Every layer on the devices.
    public static final int ALL = Integer.MAX_VALUE;

    /// How a model is divided among devices.
    public sealed interface Split {
        /// Whole layers to each device, by its share; equal memory shares where the list is empty.
        record Layers(List<Double> shares) implements Split {
            /// Copies the list.
            public Layers {
                shares = List.copyOf(shares);
            }
        }

        /// Every matrix in `tensor` parts, layers in `pipeline` stages, experts over `expert` ranks; data-parallel
        /// replicas are further engines and not part of a placement.
        ///
        /// @param tensor ranks that share every matrix
        /// @param pipeline stages one after the other
        /// @param isExpertParallel whether routed experts are divided whole among the tensor ranks
        record Parallel(int tensor, int pipeline, boolean isExpertParallel) implements Split {
            /// Checks the counts.
            public Parallel {
                if (tensor < 1 || pipeline < 1) {
                    throw new IllegalArgumentException("parallel ranks must be positive");
                }
            }
        }
    }

    /// Copies the list.
    public Placement {
        devices = List.copyOf(devices);
    }

    /// Everything on one device.
    public static Placement on(Device device) {
        return new Placement(List.of(device), new Split.Layers(List.of()), ALL, 0);
    }

    /// Everything on devices, whole layers to each in equal measure.
    public static Placement over(List<Device> devices) {
        return new Placement(devices, new Split.Layers(List.of()), ALL, 0);
    }

    /// Everything on devices, every matrix divided among all of them.
    public static Placement tensorParallel(List<Device> devices) {
        return new Placement(devices, new Split.Parallel(devices.size(), 1, false), ALL, 0);
    }

    /// Main memory and the processor alone.
    public static Placement onHost() {
        return new Placement(List.of(), new Split.Layers(List.of()), 0, 0);
    }

    /// The same with so many layers on the devices.
    public Placement offloading(int layers) {
        return new Placement(devices, split, layers, hostExpertLayers);
    }

    /// The same with the routed experts of the first so many layers in main memory.
    public Placement expertsOnHost(int layers) {
        return new Placement(devices, split, offloadedLayers, layers);
    }
}
