/// Vision towers and image models: CLIP and its relatives, ViT and its relatives, DINO.
///
/// Start at [ClipFamily] and [VitFamily], the two sets of names that nearly all others use; [VisionFamilies] lists what
/// is
/// here. A tower registered here by its model type is what the multimodal families take in.
@NullMarked
package dev.weighbridge.model.family.vision;

import org.jspecify.annotations.NullMarked;
