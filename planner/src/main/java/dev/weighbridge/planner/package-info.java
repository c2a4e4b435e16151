/// What a model needs and what it will do: memory, devices, speed, cost, picking; and the catalogue of models, devices,
/// prices and published results. Knows no engine: a plan is held against a measurement only by the rooms above.
@NullMarked
package dev.weighbridge.planner;

import org.jspecify.annotations.NullMarked;
