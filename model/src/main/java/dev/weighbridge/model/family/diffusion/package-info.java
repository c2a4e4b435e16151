/// Components of diffusion pipelines as the diffusers library stores them: denoisers and the autoencoders around them.
///
/// Start at [DiffusionFamilies]; [Diffusers] holds the parts that all share. A component's `config.json` names its
/// class
/// in `_class_name` and leaves defaults out, so the families here give those of diffusers 0.36.
@NullMarked
package dev.weighbridge.model.family.diffusion;

import org.jspecify.annotations.NullMarked;
