/// Quantised checkpoints: from what is stored to the parameters it stands for.
///
/// Start at [Unpacking]. A packed 32-bit integer is eight 4-bit weights; scales, zero points and tables are storage,
/// not
/// parameters. Nothing here reads a file or knows an architecture.
@NullMarked
package dev.weighbridge.model.packing;

import org.jspecify.annotations.NullMarked;
