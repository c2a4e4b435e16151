package dev.weighbridge.model.family.hybrid;

import dev.weighbridge.model.family.Family;
import java.util.List;

/// The families of this package.
public final class HybridFamilies {
    private HybridFamilies() {}

    /// Every one of them.
    public static List<Family> all() {
        return List.of(
                ZayaFamily.family(),
                Glm5NextFamily.family(),
                MambaFamily.family(),
                JambaFamily.family(),
                ZambaFamily.family(),
                XlstmFamily.family(),
                RwkvFamily.family(),
                RecurrentGemmaFamily.family(),
                OlmoHybridFamily.family(),
                MinimaxHybridFamily.family(),
                KimiLinearFamily.family(),
                FalconHybridFamily.family(),
                BambaFamily.family(),
                GraniteHybridFamily.family(),
                NemotronHybridFamily.family(),
                Lfm2Family.family(),
                QwenNextFamily.family());
    }
}
