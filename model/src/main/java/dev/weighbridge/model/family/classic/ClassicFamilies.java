package dev.weighbridge.model.family.classic;

import dev.weighbridge.model.family.Family;
import java.util.List;

/// The families of this package.
public final class ClassicFamilies {
    private ClassicFamilies() {}

    /// Every one of them.
    public static List<Family> all() {
        return List.of(
                Gpt2Family.family(),
                GptFamily.family(),
                GptNeoFamily.family(),
                GptNeoxFamily.family(),
                GptjFamily.family(),
                BloomFamily.family(),
                FalconFamily.family(),
                MptFamily.family(),
                OptFamily.family(),
                XglmFamily.family(),
                CtrlFamily.family(),
                CpmAntFamily.family(),
                ReformerFamily.family());
    }
}
