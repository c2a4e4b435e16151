package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.family.Family;
import java.util.List;

/// The families of this package.
public final class MixtureFamilies {
    private MixtureFamilies() {}

    /// Every one of them.
    public static List<Family> all() {
        return List.of(
                InklingFamily.family(),
                MixtralFamily.family(),
                DeepseekFamily.family(),
                QwenMoeFamily.family(),
                GptOssFamily.family(),
                GraniteMoeFamily.family(),
                CohereMoeFamily.family(),
                AxkFamily.family(),
                MimoFamily.family(),
                JetmoeFamily.family(),
                LagunaFamily.family(),
                LongcatFamily.family(),
                HunyuanLatentFamily.family(),
                DeepseekV4Family.family(),
                AfmoeFamily.family(),
                MinimaxMoeFamily.family(),
                HunyuanMoeFamily.family(),
                ErnieMoeFamily.family(),
                Llama4Family.family(),
                DbrxFamily.family(),
                PhimoeFamily.family(),
                OlmoeFamily.family(),
                Mistral4Family.family(),
                FineGrainedFamily.family(),
                GlmMoeFamily.family());
    }
}
