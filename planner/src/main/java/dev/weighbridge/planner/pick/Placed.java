package dev.weighbridge.planner.pick;

import dev.weighbridge.planner.fit.Answer;
import dev.weighbridge.planner.quality.QuantizationLoss.Loss;

/// A model at the precision to take on a machine.
///
/// @param loss what the precision costs in quality
/// @param answer whether it fits, how fast it is and what it costs; of the last precision tried where none fits
public record Placed(Loss loss, Answer answer) {}
