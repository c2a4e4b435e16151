/// How a model is divided among devices that work together: tensor ranks, pipeline stages, experts.
///
/// Start at [Ranks]. [Sharding] says what a rank holds of a weight, [Stages] which layers a stage holds.
/// Nothing here knows an engine's versions or its cache.
@NullMarked
package dev.weighbridge.planner.memory.parallel;

import org.jspecify.annotations.NullMarked;
