/// Which type each tensor of a GGUF file gets: a file type such as Q4_K_M is a mixture, not one type.
///
/// Start at [FileType], then [Mixture]. The rules are those of llama.cpp's quantiser (`src/llama-quant.cpp`, release
/// v0.5.0 of September 2026); what they ask of a model is [MixtureModel]. Nothing here knows files or values.
@NullMarked
package dev.weighbridge.model.mixture;

import org.jspecify.annotations.NullMarked;
