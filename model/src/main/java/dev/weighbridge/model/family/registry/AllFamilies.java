package dev.weighbridge.model.family.registry;

import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.audio.AudioFamilies;
import dev.weighbridge.model.family.classic.ClassicFamilies;
import dev.weighbridge.model.family.decoder.DecoderFamilies;
import dev.weighbridge.model.family.detection.DetectionFamilies;
import dev.weighbridge.model.family.diffusion.DiffusionFamilies;
import dev.weighbridge.model.family.encoder.EncoderFamilies;
import dev.weighbridge.model.family.hybrid.HybridFamilies;
import dev.weighbridge.model.family.image.ImageFamilies;
import dev.weighbridge.model.family.mixture.MixtureFamilies;
import dev.weighbridge.model.family.multimodal.MultimodalFamilies;
import dev.weighbridge.model.family.remote.RemoteFamilies;
import dev.weighbridge.model.family.seq2seq.Seq2seqFamilies;
import dev.weighbridge.model.family.series.SeriesFamilies;
import dev.weighbridge.model.family.speech.SpeechFamilies;
import dev.weighbridge.model.family.vision.VisionFamilies;
import java.util.ArrayList;
import java.util.List;

/// The registry of every family Weighbridge knows.
public final class AllFamilies {
    private AllFamilies() {}

    /// All of them.
    public static Families families() {
        List<Family> families = new ArrayList<>();
        families.addAll(AudioFamilies.all());
        families.addAll(ClassicFamilies.all());
        families.addAll(DecoderFamilies.all());
        families.addAll(DiffusionFamilies.all());
        families.addAll(DetectionFamilies.all());
        families.addAll(EncoderFamilies.all());
        families.addAll(HybridFamilies.all());
        families.addAll(ImageFamilies.all());
        families.addAll(MixtureFamilies.all());
        families.addAll(SeriesFamilies.all());
        families.addAll(SpeechFamilies.all());
        families.addAll(VisionFamilies.all());
        families.addAll(MultimodalFamilies.all());
        families.addAll(RemoteFamilies.all());
        families.addAll(Seq2seqFamilies.all());
        return Families.of(families);
    }
}
