package dev.weighbridge.model.family.detection;

import dev.weighbridge.model.family.Family;
import java.util.List;

/// The families of this package.
public final class DetectionFamilies {
    private DetectionFamilies() {}

    /// Every one of them.
    public static List<Family> all() {
        return List.of(
                DetrFamily.family(),
                ConditionalDetrFamily.family(),
                DeformableDetrFamily.family(),
                RealTimeDetrFamily.family(),
                YolosFamily.family(),
                SegmentAnythingFamily.family(),
                GroundingDinoFamily.family());
    }
}
