package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.family.Family;
import java.util.List;

/// The families of this package.
public final class EncoderFamilies {
    private EncoderFamilies() {}

    /// Every one of them.
    public static List<Family> all() {
        return List.of(BertFamily.family(), RobertaFamily.family());
    }
}
