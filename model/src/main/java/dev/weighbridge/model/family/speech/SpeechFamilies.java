package dev.weighbridge.model.family.speech;

import dev.weighbridge.model.family.Family;
import java.util.List;

/// The families of this package.
public final class SpeechFamilies {
    private SpeechFamilies() {}

    /// Every one of them.
    public static List<Family> all() {
        return List.of(
                EncodecFamily.family(),
                DacFamily.family(),
                BarkFamily.family(),
                SynthesisFamily.family(),
                PerceptionFamily.family(),
                CodebookFamily.family(),
                ClvpFamily.family(),
                VibeVoiceFamily.family(),
                QwenOmniFamily.family());
    }
}
