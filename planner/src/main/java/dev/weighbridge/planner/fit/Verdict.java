package dev.weighbridge.planner.fit;

import dev.weighbridge.planner.fit.Allocation.Shortage;

/// Whether a model fits.
public sealed interface Verdict {
    /// All of it lies on the devices.
    ///
    /// @param neededDevices the first so many of them would do
    /// @param deviceCount those it is spread over
    record Fits(int neededDevices, int deviceCount) implements Verdict {}

    /// All of it lies in main memory and runs on the processor.
    record FitsOnProcessor() implements Verdict {}

    /// Some of it lies in main memory and runs on the processor.
    ///
    /// @param deviceLayers layers on the devices, the output layer being one
    /// @param layerCount layers in all, the output layer being one
    /// @param hostExpertLayers layers whose routed experts are in main memory
    record FitsPartly(int deviceLayers, int layerCount, int hostExpertLayers) implements Verdict {}

    /// It does not.
    record DoesNotFit(Shortage shortage) implements Verdict {}

    /// The runtime cannot run it so.
    record Unsupported(String reason) implements Verdict {}

    /// Whether the answer is yes.
    default boolean isYes() {
        return switch (this) {
            case Fits _, FitsOnProcessor _, FitsPartly _ -> true;
            case DoesNotFit _, Unsupported _ -> false;
        };
    }

    /// The verdict in a word, as written to JSON.
    default String label() {
        return switch (this) {
            case Fits _ -> "fits";
            case FitsOnProcessor _ -> "fits_on_processor";
            case FitsPartly _ -> "fits_with_offload";
            case DoesNotFit _ -> "does_not_fit";
            case Unsupported _ -> "unsupported";
        };
    }
}
