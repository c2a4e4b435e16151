package dev.weighbridge.planner.speed;

import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.memory.Placement;

/// Where and by what a model is run.
///
/// @param device one of `count` equal devices
/// @param count devices
/// @param sharing how they share the model
/// @param replicas groups of devices that share sequences out, each with attention of its own; experts of a mixture are
///     divided over all devices nonetheless
/// @param backend what drives them
/// @param isDated whether the program is of 2024 or older, or of no known date
/// @param powerShare power that a device may draw, as a share of what it is made for; 1 for all
public record Deployment(
        Device device, int count, Sharing sharing, int replicas, Backend backend, boolean isDated, double powerShare) {
    /// How devices share a model.
    public enum Sharing {
        /// Whole layers to each: a token goes through one after the other.
        LAYERS,
        /// A part of every matrix to each: all work on every token and exchange results twice a layer.
        MATRICES
    }

    /// Checks the figures.
    public Deployment {
        if (count < 1 || replicas < 1 || replicas > count || !(powerShare > 0)) {
            throw new IllegalArgumentException(
                    "devices, replicas and power must be positive, replicas at most devices");
        }
    }

    /// On one device.
    public static Deployment on(Device device, Backend backend) {
        return over(device, 1, Sharing.LAYERS, backend);
    }

    /// On equal devices.
    public static Deployment over(Device device, int count, Sharing sharing, Backend backend) {
        return new Deployment(device, count, sharing, 1, backend, false, 1);
    }

    /// The deployment of a placement, whose devices are taken as equal to the first.
    ///
    /// @param host what runs a model that is on no device
    public static Deployment of(Placement placement, Backend backend, Device host) {
        int count = Math.max(1, placement.devices().size());
        Device device =
                placement.devices().isEmpty() ? host : placement.devices().getFirst();
        return switch (placement.split()) {
            case Placement.Split.Layers _ -> over(device, count, Sharing.LAYERS, backend);
            case Placement.Split.Parallel parallel ->
                over(device, count, parallel.tensor() > 1 ? Sharing.MATRICES : Sharing.LAYERS, backend);
        };
    }

    /// The same with so many groups that share sequences out.
    public Deployment withReplicas(int groups) {
        return new Deployment(device, count, sharing, groups, backend, isDated, powerShare);
    }

    /// The same with a program of 2024 or older.
    public Deployment dated() {
        return new Deployment(device, count, sharing, replicas, backend, true, powerShare);
    }

    /// The same with devices that may draw only a share of their power.
    public Deployment limitedTo(double share) {
        return new Deployment(device, count, sharing, replicas, backend, isDated, share);
    }

    /// Devices that work on a token at the same time, each on its part of the matrices.
    int together() {
        return sharing == Sharing.MATRICES ? count : 1;
    }

    /// Of these so many divide the attention of one sequence.
    int attentionRanks() {
        return Math.max(1, together() / replicas);
    }
}
