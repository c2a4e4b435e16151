package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.family.Family;
import java.util.List;

/// The families of this package.
public final class MultimodalFamilies {
    private MultimodalFamilies() {}

    /// Every one of them.
    public static List<Family> all() {
        return List.of(
                LlavaFamily.family(),
                GemmaVisionFamily.family(),
                GemmaAudioFamily.family(),
                QwenVisionFamily.family(),
                MllamaFamily.family(),
                Llama4VisionFamily.family(),
                IdeficsFamily.family(),
                GlmVisionFamily.family(),
                KimiVisionFamily.family(),
                OcrFamily.family(),
                ProjectedFamily.family(),
                JanusFamily.family(),
                AriaFamily.family(),
                BlipFamily.family(),
                QueryFormerFamily.family(),
                GitFamily.family(),
                KosmosFamily.family(),
                Florence2Family.family(),
                RetrieverFamily.family(),
                MiniCpmVisionFamily.family(),
                MuseFamily.family(),
                CosmosFamily.family(),
                Pi0Family.family(),
                Phi4Family.family(),
                ErnieVisionFamily.family(),
                StepFamily.family(),
                MinimaxVisionFamily.family(),
                FlavaFamily.family(),
                InklingVisionFamily.family());
    }
}
