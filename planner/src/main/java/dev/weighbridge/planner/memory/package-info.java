/// How much memory a model takes, and where, in the runtime that will run it.
///
/// Start at [Runtime], the interface that every runtime implements in a file of its own, and at [MemoryPlan], its
/// answer.
@NullMarked
package dev.weighbridge.planner.memory;

import org.jspecify.annotations.NullMarked;
