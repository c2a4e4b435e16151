/// How much memory a training step takes: full training, low-rank adapters, adapters on quantised weights.
///
/// Start at [TrainingMemory], which answers for [TrainingSettings] with the same kind of plan as a runtime.
/// Every figure is read off the blueprint: parameters by what trains them, activations by what each block
/// keeps for its gradient.
@NullMarked
package dev.weighbridge.planner.training;

import org.jspecify.annotations.NullMarked;
