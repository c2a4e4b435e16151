/// `weigh fit`: whether a model fits, how fast it runs and what it costs, as a table, as JSON, or derived
/// line by line.
///
/// Start at [FitCommand]. What is said comes from [dev.weighbridge.planner.fit]; here it is only asked and
/// written.
@NullMarked
package dev.weighbridge.cli.fit;

import org.jspecify.annotations.NullMarked;
