/// The blueprint of a model and the readings that need nothing but it.
///
/// Start at [Blueprint]; [ParameterWalk] is the one traversal of the block tree that every reading of parameters
/// shares,
/// [ParameterCount] the first such reading. Nothing here knows files.
@NullMarked
package dev.weighbridge.model.blueprint;

import org.jspecify.annotations.NullMarked;
