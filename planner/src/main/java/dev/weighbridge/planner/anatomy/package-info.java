/// What a plan needs of a model, read off its blueprint and files once: layers with their mixers, and weights as
/// runtimes
/// hold them.
///
/// Start at [Anatomy]. It knows nothing of devices, runtimes or precisions: those read it.
@NullMarked
package dev.weighbridge.planner.anatomy;

import org.jspecify.annotations.NullMarked;
