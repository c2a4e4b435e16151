package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.family.Family;
import java.util.List;

/// The families of this package.
public final class DecoderFamilies {
    private DecoderFamilies() {}

    /// Every one of them.
    public static List<Family> all() {
        return List.of(
                LlamaFamily.family(),
                MistralFamily.family(),
                QwenFamily.family(),
                GemmaFamily.family(),
                PhiFamily.family(),
                CohereFamily.family(),
                OlmoFamily.family(),
                GraniteFamily.family(),
                GlmFamily.family(),
                Gemma3nFamily.family(),
                Gemma4Family.family());
    }
}
