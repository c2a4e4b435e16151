package dev.weighbridge.model.packing;

import org.jspecify.annotations.Nullable;

/// What a scheme makes of a layer.
///
/// @param tensor the logical tensor; null where the layer is not of this scheme
/// @param assumption what had to be assumed, as half a sentence; empty where nothing
record Packed(@Nullable LogicalTensor tensor, String assumption) {
    /// The layer is not of this scheme.
    static final Packed NONE = new Packed(null, "");

    Packed assuming(String what) {
        return new Packed(tensor, what);
    }
}
