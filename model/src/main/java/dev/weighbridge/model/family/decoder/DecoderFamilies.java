package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.family.Family;
import java.util.ArrayList;
import java.util.List;

/// The families of this package.
public final class DecoderFamilies {
    private DecoderFamilies() {}

    /// Every one of them.
    public static List<Family> all() {
        List<Family> families = new ArrayList<>(List.of(
                BitNetFamily.family(),
                BltFamily.family(),
                CohereFamily.family(),
                DiffLlamaFamily.family(),
                DogeFamily.family(),
                ExaoneFamily.family(),
                Gemma3nFamily.family(),
                Gemma4Family.family(),
                GemmaFamily.family(),
                GlmFamily.family(),
                GraniteFamily.family(),
                HrmTextFamily.family(),
                HyperClovaFamily.family(),
                MistralFamily.family(),
                ModernBertDecoderFamily.family(),
                MuseGlimmerFamily.family(),
                OlmoFamily.family(),
                PhiFamily.family(),
                QwenFamily.family(),
                StableLmFamily.family()));
        families.addAll(LlamaFamily.families());
        families.addAll(MiniCpmFamily.families());
        families.addAll(NemotronFamily.families());
        return List.copyOf(families);
    }
}
