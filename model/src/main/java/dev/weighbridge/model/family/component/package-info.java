/// Components that many families share: the attention, the feed-forward, the mixture of experts and the skeleton of a
/// text model, each built from a configuration in one call.
///
/// Start at [TextModel]; [GroupedAttention] and [FeedForwards] are what its layers hold.
@NullMarked
package dev.weighbridge.model.family.component;

import org.jspecify.annotations.NullMarked;
