/// Decoders from before Llama's structure became the rule: GPT, GPT-2, GPT-NeoX, BLOOM, Falcon, OPT and their
/// relatives.
///
/// Start at [Gpt2Family]; [ClassicFamilies] lists what is here.
@NullMarked
package dev.weighbridge.model.family.classic;

import org.jspecify.annotations.NullMarked;
