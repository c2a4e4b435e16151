/// What the name of a stored tensor says.
///
/// Start at [TensorNames], which reads role, layer and expert off a name where no blueprint tells them; [GgufNames]
/// gives the
/// names of a blueprint's parameters in a GGUF file.
@NullMarked
package dev.weighbridge.model.naming;

import org.jspecify.annotations.NullMarked;
