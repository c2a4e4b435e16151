/// What an architecture is made of: a sealed tree of blocks.
///
/// Start at [Block]. A block holds what the architecture fixes — names, dimensions, the constants of its computation —
/// and knows its own parameters. It knows nothing of files, bytes on a device, time or money: those are readings.
/// Names are the path segments of the published checkpoint, so that walking the tree spells its tensors.
@NullMarked
package dev.weighbridge.model.block;

import org.jspecify.annotations.NullMarked;
