/// Fits the laws of speed to published measurements, and says how well they predict what they were not fitted to.
///
/// Start at [FitSpeed], the command. Features are the planner's; here are the assumptions about their coefficients
/// ([Priors]), the estimate ([LawFit]) and its cross-validation.
@NullMarked
package dev.weighbridge.bench.speed;

import org.jspecify.annotations.NullMarked;
