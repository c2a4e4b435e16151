package dev.weighbridge.model.family.vision;

import dev.weighbridge.model.family.Family;
import java.util.List;

/// The families of this package.
public final class VisionFamilies {
    private VisionFamilies() {}

    /// Every one of them.
    public static List<Family> all() {
        return List.of(
                ClipFamily.family(),
                SiglipFamily.family(),
                VitFamily.family(),
                VideoMaeFamily.family(),
                DinoFamily.family(),
                BeitFamily.family(),
                PixtralFamily.family(),
                InternVitFamily.family(),
                MobileNet5Family.family(),
                Gemma4VisionFamily.family(),
                SamFamily.family(),
                Aimv2Family.family(),
                FastVitFamily.family(),
                ClipRelativesFamily.family(),
                VitRelativesFamily.family(),
                GroupVitFamily.family(),
                HunYuanVisionFamily.family());
    }
}
