/// How good a model is at a task: published scores, and where there is none, an estimate with its band.
///
/// Start at [QualityModel]. Benchmarks, tasks and what quantizing costs are data (`benchmarks.jsonl`,
/// `tasks.jsonl`, `quantization.jsonl`); the coefficients of the estimate are fitted to the published
/// scores each time, so that new scores change it without a change of code. Nothing here knows a
/// publisher's name: an estimate rests on counts of parameters, the date of release, thinking, and the
/// model's own other scores.
@NullMarked
package dev.weighbridge.planner.quality;

import org.jspecify.annotations.NullMarked;
