/// What the name of a stored tensor says.
///
/// Start at [TensorName], which reads role, layer and expert off a name where no blueprint tells them.
@NullMarked
package dev.weighbridge.model.naming;

import org.jspecify.annotations.NullMarked;
