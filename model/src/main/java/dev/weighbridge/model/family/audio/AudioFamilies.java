package dev.weighbridge.model.family.audio;

import dev.weighbridge.model.family.Family;
import java.util.List;

/// The families of this package.
public final class AudioFamilies {
    private AudioFamilies() {}

    /// Every one of them.
    public static List<Family> all() {
        return List.of(
                WhisperFamily.family(),
                Wav2Vec2Family.family(),
                SewFamily.family(),
                Wav2Vec2ConformerFamily.family(),
                ParakeetFamily.family(),
                GraniteSpeechFamily.family(),
                SeamlessFamily.family(),
                SpeechToTextFamily.family(),
                SpeechT5Family.family(),
                MoonshineFamily.family(),
                SpectrogramFamily.family(),
                SpeechTowerFamily.family(),
                AudioLanguageFamily.family());
    }
}
