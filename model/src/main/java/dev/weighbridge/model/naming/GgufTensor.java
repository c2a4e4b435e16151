package dev.weighbridge.model.naming;

import dev.weighbridge.model.blueprint.PlacedParameter;

/// A tensor as a GGUF file names it.
///
/// @param place name, shape and place in the GGUF file; routed experts are stacked there, one tensor for all of them
/// @param checkpointName the name of the same numbers in the published checkpoint, with `*` for the experts
public record GgufTensor(PlacedParameter place, String checkpointName) {}
