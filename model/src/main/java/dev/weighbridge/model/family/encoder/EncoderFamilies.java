package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.family.Family;
import java.util.List;

/// The families of this package.
public final class EncoderFamilies {
    private EncoderFamilies() {}

    /// Every one of them.
    public static List<Family> all() {
        return List.of(
                AlbertFamily.family(),
                BertFamily.family(),
                CanineFamily.family(),
                ConvBertFamily.family(),
                DebertaFamily.family(),
                DistilBertFamily.family(),
                DocumentFamily.family(),
                ElectraFamily.family(),
                EsmFamily.family(),
                EuroBertFamily.family(),
                FnetFamily.family(),
                IbertFamily.family(),
                LukeFamily.family(),
                MobileBertFamily.family(),
                ModernBertFamily.family(),
                MpnetFamily.family(),
                NeoMmeFamily.family(),
                NomicBertFamily.family(),
                PerceiverFamily.family(),
                RobertaFamily.family(),
                RoformerFamily.family(),
                SparseBertFamily.family(),
                SplinterFamily.family(),
                SqueezeBertFamily.family(),
                VisualBertFamily.family(),
                XlmFamily.family(),
                XlnetFamily.family(),
                XmodFamily.family());
    }
}
