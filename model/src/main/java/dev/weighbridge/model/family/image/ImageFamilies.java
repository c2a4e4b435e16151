package dev.weighbridge.model.family.image;

import dev.weighbridge.model.family.Family;
import java.util.List;

/// The families of this package.
public final class ImageFamilies {
    private ImageFamilies() {}

    /// Every one of them.
    public static List<Family> all() {
        return List.of(
                ResNetFamily.family(),
                ConvNextFamily.family(),
                MobileNetFamily.family(),
                MobileVitFamily.family(),
                EfficientNetFamily.family(),
                PoolFormerFamily.family(),
                SwinFamily.family(),
                PyramidFamily.family(),
                HieraFamily.family(),
                CvtFamily.family(),
                FocalNetFamily.family(),
                LevitFamily.family(),
                BitFamily.family(),
                PaddleNetFamily.family(),
                VideoFamily.family(),
                PlainVisionFamily.family(),
                DptFamily.family());
    }
}
