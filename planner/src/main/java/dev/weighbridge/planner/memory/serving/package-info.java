/// Serving engines that fill a budget with a paged cache: vLLM and SGLang.
///
/// Start at [Vllm]. What one rank holds is read in three steps: [LoadedWeights] divides the weights,
/// [ActivationPeak] says what a profiling run leaves of the rest, [PagedCache] turns what remains into
/// pages and tokens. What changes from version to version and follows from no formula is a table of
/// measured figures beside the classes.
@NullMarked
package dev.weighbridge.planner.memory.serving;

import org.jspecify.annotations.NullMarked;
