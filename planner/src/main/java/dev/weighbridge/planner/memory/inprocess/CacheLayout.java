package dev.weighbridge.planner.memory.inprocess;

import dev.weighbridge.model.tensor.DataType;

/// How a runtime keeps the past of a layer.
///
/// @param keys type of cached keys
/// @param values type of cached values
/// @param stateBytes width of a number of recurrent state
/// @param convolutionBytes width of a number of a convolution's last inputs
/// @param keepsCurrentInput whether a convolution's kept inputs include the one it is applied to
record CacheLayout(DataType keys, DataType values, long stateBytes, long convolutionBytes, boolean keepsCurrentInput) {
    /// Bytes of one cached row.
    static double row(DataType type, long elements) {
        return Math.ceilDiv(elements, type.blockElements()) * (double) type.blockBytes();
    }

    /// Inputs that a convolution keeps.
    long kept(long kernel) {
        return kernel <= 0 ? 0 : keepsCurrentInput ? kernel : kernel - 1;
    }
}
