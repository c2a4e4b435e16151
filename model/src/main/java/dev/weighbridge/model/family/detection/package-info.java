/// Models that find things in images: boxes by DETR and its kin.
///
/// Start at [DetrFamily]; [DetectionFamilies] lists what is here. [DetectionBackbone] is the image model each of them
/// reads.
@NullMarked
package dev.weighbridge.model.family.detection;

import org.jspecify.annotations.NullMarked;
