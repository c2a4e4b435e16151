package dev.weighbridge.model.family.registry;

import dev.weighbridge.model.family.Families;
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
import java.util.List;

/// The registry of every family Weighbridge knows.
public final class AllFamilies {
    private AllFamilies() {}

    /// All of them, the groups asked for most first.
    public static Families families() {
        return Families.ofGroups(List.of(
                DecoderFamilies::all,
                MixtureFamilies::all,
                HybridFamilies::all,
                ClassicFamilies::all,
                EncoderFamilies::all,
                MultimodalFamilies::all,
                VisionFamilies::all,
                AudioFamilies::all,
                Seq2seqFamilies::all,
                DiffusionFamilies::all,
                RemoteFamilies::all,
                SpeechFamilies::all,
                ImageFamilies::all,
                DetectionFamilies::all,
                SeriesFamilies::all));
    }
}
