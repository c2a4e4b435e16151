/// How fast a model runs: the work of its blueprint against what a device can do.
///
/// Start at [SpeedEstimate], the answer. Efficiencies are data fitted to published measurements.
@NullMarked
package dev.weighbridge.planner.speed;

import org.jspecify.annotations.NullMarked;
