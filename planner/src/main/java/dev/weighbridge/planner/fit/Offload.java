package dev.weighbridge.planner.fit;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.planner.memory.Placement;
import java.util.Optional;

/// A placement with part of the model in main memory.
///
/// @param allocation what lies where
/// @param deviceLayers layers on the devices, the output layer being one
/// @param hostExpertLayers layers whose routed experts are in main memory
record Offload(Allocation allocation, int deviceLayers, int hostExpertLayers) {
    /// The one that leaves most on the devices: experts go first, for they are most of a mixture's bytes and little of
    /// the work for one token. Empty where main memory cannot take the rest either, or the runtime cannot divide a
    /// model so.
    static Optional<Offload> find(Trials trials, Placement placement) {
        boolean isMixture = trials.question().model().weights().stream().anyMatch(weight -> weight.expertCount() > 0);
        int experts = isMixture ? trials.fewestExpertLayers(placement) : -1;
        if (experts > 0) {
            return Optional.of(new Offload(
                    trials.allocate(
                            placement.expertsOnHost(experts), trials.question().workload()),
                    trials.layerCount(),
                    experts));
        }
        int layers = trials.mostLayers(placement);
        if (layers <= 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Offload(
                    trials.allocate(
                            placement.offloading(layers), trials.question().workload()),
                    layers,
                    0));
        } catch (UnsupportedException _) {
            return Optional.empty();
        }
    }
}
