package dev.weighbridge.planner.speed;

import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.memory.Placement;

/// Where and by what a model is run.
///
/// @param device one of `count` equal devices
/// @param count devices
/// @param sharing how they share the model
/// @param backend what drives them
public record Deployment(Device device, int count, Sharing sharing, Backend backend) {
    /// How devices share a model.
    public enum Sharing {
        /// Whole layers to each: a token goes through one after the other.
        LAYERS,
        /// A part of every matrix to each: all work on every token and exchange results twice a layer.
        MATRICES
    }

    /// Checks the count.
    public Deployment {
        if (count < 1) {
            throw new IllegalArgumentException("devices must be at least one");
        }
    }

    /// On one device.
    public static Deployment on(Device device, Backend backend) {
        return new Deployment(device, 1, Sharing.LAYERS, backend);
    }

    /// The deployment of a placement, whose devices are taken as equal to the first.
    ///
    /// @param host what runs a model that is on no device
    public static Deployment of(Placement placement, Backend backend, Device host) {
        int count = Math.max(1, placement.devices().size());
        Device device =
                placement.devices().isEmpty() ? host : placement.devices().getFirst();
        return switch (placement.split()) {
            case Placement.Split.Layers _ -> new Deployment(device, count, Sharing.LAYERS, backend);
            case Placement.Split.Parallel parallel ->
                new Deployment(device, count, parallel.tensor() > 1 ? Sharing.MATRICES : Sharing.LAYERS, backend);
        };
    }
}
