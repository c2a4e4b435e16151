/// Mixture-of-experts and latent-attention decoders.
///
/// Start at [MixtralFamily], the plainest, and [DeepseekFamily], whose experts many others took over;
/// [MixtureFamilies] lists what is here.
@NullMarked
package dev.weighbridge.model.family.mixture;

import org.jspecify.annotations.NullMarked;
