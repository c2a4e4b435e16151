/// Recurrent decoders, and hybrids of recurrence and attention.
///
/// Start at [MambaFamily], the plainest recurrence, and [JambaFamily], the plainest hybrid; [HybridFamilies] lists what
/// is here.
@NullMarked
package dev.weighbridge.model.family.hybrid;

import org.jspecify.annotations.NullMarked;
