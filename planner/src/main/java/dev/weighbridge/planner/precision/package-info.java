/// How weights are stored: at the precision of the files, or as a conversion would store them.
///
/// Start at [Precision], then [Precisions], which reads the names that people use. Which tensor a converter leaves
/// alone is the converter's rule, kept with the precision. Precisions of safetensors folders follow the layouts that
/// [QuantizedLinears] tells from the rest; those of GGUF files the mixtures of [dev.weighbridge.model.mixture].
@NullMarked
package dev.weighbridge.planner.precision;

import org.jspecify.annotations.NullMarked;
