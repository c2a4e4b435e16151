package dev.weighbridge.planner.fit;

import dev.weighbridge.planner.memory.Placement;
import java.util.Optional;

/// A placement with part of the model in main memory.
///
/// @param allocation what lies where
/// @param deviceLayers layers on the devices, the output layer being one
/// @param hostExpertLayers layers whose routed experts are in main memory
record Offload(Allocation allocation, int deviceLayers, int hostExpertLayers) {
    /// The one that leaves most on the devices: experts go first, for they are most of a mixture's bytes
    /// and little of the work for one token; then whole layers. Empty where main memory cannot take the
    /// rest either, or the runtime cannot divide a model so.
    static Optional<Offload> find(Trials trials, Placement placement) {
        int layerCount = trials.layerCount();
        Placement base = placement;
        if (trials.question().model().weights().stream().anyMatch(weight -> weight.expertCount() > 0)) {
            int experts = trials.fewestExpertLayers(placement);
            if (experts < layerCount) {
                return Optional.of(of(trials, placement.expertsOnHost(experts), layerCount));
            }
            base = placement.expertsOnHost(layerCount - 1);
        }
        int layers = trials.mostLayers(base);
        return layers > 0 ? Optional.of(of(trials, base.offloading(layers), layers)) : Optional.empty();
    }

    private static Offload of(Trials trials, Placement placement, int deviceLayers) {
        return new Offload(
                trials.allocate(placement, trials.question().workload()), deviceLayers, placement.hostExpertLayers());
    }
}
