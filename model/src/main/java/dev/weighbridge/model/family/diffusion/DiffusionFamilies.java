package dev.weighbridge.model.family.diffusion;

import dev.weighbridge.model.family.Family;
import java.util.List;

/// The families of this package.
public final class DiffusionFamilies {
    private DiffusionFamilies() {}

    /// Every one of them.
    public static List<Family> all() {
        return List.of(
                AutoencoderKlFamily.family(),
                CogVideoFamily.family(),
                Flux2Family.family(),
                FluxFamily.family(),
                HunyuanVideoFamily.family(),
                LtxFamily.family(),
                PixArtFamily.family(),
                QwenImageFamily.family(),
                StableDiffusion3Family.family(),
                UnetFamily.family(),
                WanFamily.family(),
                ZImageFamily.family());
    }
}
