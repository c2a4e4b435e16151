package dev.weighbridge.model.family.seq2seq;

import dev.weighbridge.model.family.Family;
import java.util.List;

/// The families of this package.
public final class Seq2seqFamilies {
    private Seq2seqFamilies() {}

    /// Every one of them.
    public static List<Family> all() {
        return List.of(
                BartFamily.family(),
                FsmtFamily.family(),
                LongBartFamily.family(),
                MarianFamily.family(),
                MvpFamily.family(),
                NllbMoeFamily.family(),
                ProphetNetFamily.family(),
                SwitchFamily.family(),
                T5Family.family(),
                T5GemmaFamily.family(),
                TrocrFamily.family());
    }
}
