/// What files say: metadata and tensors with name, data type, shape and byte range. Headers only, never the weights.
///
/// Start at [Checkpoint]. The readers of the room `files` produce it; nothing here knows how.
@NullMarked
package dev.weighbridge.model.checkpoint;

import org.jspecify.annotations.NullMarked;
