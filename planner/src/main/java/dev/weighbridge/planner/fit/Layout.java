package dev.weighbridge.planner.fit;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Placement.Split;
import dev.weighbridge.planner.memory.Runtime;
import java.util.List;

/// What the user fixed about where a model goes; the rest is found.
///
/// @param division how several devices share it
/// @param offloadedLayers layers on the devices; [#FIND] to find the most that fit, [Placement#ALL] for all
/// @param hostExpertLayers layers whose routed experts stay in main memory; [#FIND] to find the fewest
public record Layout(Division division, int offloadedLayers, int hostExpertLayers) {
    /// Not fixed by the user.
    public static final int FIND = -1;

    /// How several devices share a model.
    public enum Division {
        /// As the runtime does by itself.
        AUTO,
        /// Whole layers to each.
        LAYER,
        /// A part of every matrix to each.
        TENSOR,
        /// Stages of layers, one after the other.
        PIPELINE
    }

    /// Nothing is fixed.
    public static Layout free() {
        return new Layout(Division.AUTO, FIND, FIND);
    }

    /// Whether it is left open what lies in main memory.
    public boolean mayOffload() {
        return offloadedLayers == FIND && hostExpertLayers == FIND;
    }

    /// The placement on these devices, everything that is not fixed lying on them.
    ///
    /// @throws UnsupportedException if the runtime cannot divide the model among so many
    public Placement place(Runtime runtime, Anatomy model, List<Device> devices) {
        if (devices.isEmpty()) {
            return Placement.onHost();
        }
        return new Placement(
                devices,
                byMemory(split(runtime, model, devices.size()), devices),
                offloadedLayers == FIND ? Placement.ALL : offloadedLayers,
                hostExpertLayers == FIND ? 0 : hostExpertLayers);
    }

    private Split split(Runtime runtime, Anatomy model, int count) {
        if (count == 1) {
            return new Split.Layers(List.of());
        }
        return switch (division) {
            case AUTO ->
                runtime.split(model, count)
                        .orElseThrow(() -> new UnsupportedException(
                                runtime.name() + " cannot divide " + model.name() + " among " + count + " devices"));
            case LAYER -> new Split.Layers(List.of());
            case TENSOR -> new Split.Parallel(count, 1, false);
            case PIPELINE -> new Split.Parallel(1, count, false);
        };
    }

    /// Layers go to unequal devices by their memory, as llama.cpp and accelerate divide them.
    private static Split byMemory(Split split, List<Device> devices) {
        boolean isUniform = devices.stream().distinct().count() == 1;
        return split instanceof Split.Layers layers && layers.shares().isEmpty() && !isUniform
                ? new Split.Layers(devices.stream()
                        .map(device -> (double) device.visibleBytes())
                        .toList())
                : split;
    }
}
