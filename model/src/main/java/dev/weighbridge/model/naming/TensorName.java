package dev.weighbridge.model.naming;

import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Tower;

/// What a stored tensor's name says of it, for tensors that no blueprint places.
///
/// Names follow the conventions of PyTorch checkpoints and of GGUF files; a name that follows neither gives
/// [Role#OTHER] outside any layer.
///
/// @param role what it is for, as far as the name tells
/// @param tower the part of the model it belongs to
/// @param layer number of its layer, -1 for none
/// @param expert number of its routed expert, -1 for none or all of them
public record TensorName(Role role, Tower tower, int layer, int expert) {}
