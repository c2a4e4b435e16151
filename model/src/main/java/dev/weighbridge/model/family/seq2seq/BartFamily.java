package dev.weighbridge.model.family.seq2seq;

import dev.weighbridge.model.family.Family;

/// BART (arXiv:1910.13461), mBART (arXiv:2001.08210), PLBART (arXiv:2103.06333), Pegasus (arXiv:1912.08777), Blenderbot
/// (arXiv:2004.13637) and M2M-100 (arXiv:2010.11125), on which NLLB stands.
final class BartFamily {
    private BartFamily() {}

    static Family family() {
        Family family = Family.named("bart");
        BartModel.of("Bart", 2, true, false, true).addTo(family, "bart");
        BartModel.of("MBart", 2, true, true, true).addTo(family, "mbart");
        BartModel.of("PLBart", 2, true, false, true).addTo(family, "plbart");
        BartModel.of("Pegasus", 0, false, true, true).addTo(family, "pegasus");
        BartModel.of("Blenderbot", 0, false, true, true).addTo(family, "blenderbot");
        BartModel.of("BlenderbotSmall", 0, true, false, true).addTo(family, "blenderbot-small");
        BartModel.of("M2M100", -1, false, true, false).addTo(family, "m2m_100");
        return family;
    }
}
