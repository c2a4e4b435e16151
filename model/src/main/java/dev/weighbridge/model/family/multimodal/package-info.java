/// Models that read images, video or sound beside text: a tower, a projector and a language model.
///
/// Start at [LlavaFamily], the plainest; [Joined] gives the parts their names, and [MultimodalFamilies] lists what is
/// here.
/// Towers and language models of other families come in through [dev.weighbridge.model.family.Families#backbone].
@NullMarked
package dev.weighbridge.model.family.multimodal;

import org.jspecify.annotations.NullMarked;
