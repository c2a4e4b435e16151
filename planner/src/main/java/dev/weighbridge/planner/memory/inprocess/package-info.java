/// Runtimes that compute in the process that asks: transformers, and Weighbridge's own engine.
///
/// Start at [Transformers] and [WeighbridgeEngine]. What both share is [LayerMemory], the reading of what a
/// layer keeps of the past and of what it needs while it is computed; each says in [CacheLayout] how it
/// keeps it.
@NullMarked
package dev.weighbridge.planner.memory.inprocess;

import org.jspecify.annotations.NullMarked;
