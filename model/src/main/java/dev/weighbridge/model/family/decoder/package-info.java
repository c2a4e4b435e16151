/// Text decoders without recurrence: Llama and its many relatives.
///
/// Start at [LlamaFamily], the plainest; [DecoderFamilies] lists what is here.
@NullMarked
package dev.weighbridge.model.family.decoder;

import org.jspecify.annotations.NullMarked;
