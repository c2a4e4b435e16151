package dev.weighbridge.model.family.seq2seq;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;

/// Marian (arXiv:1804.00344), as the Opus translators are: BART without norm behind the embedding, with one table of
/// words or one for each language.
final class MarianFamily {
    private static final BartModel MODEL = BartModel.of("Marian", 0, false, false, true);

    private MarianFamily() {}

    static Family family() {
        return Family.named("marian")
                .architecture(MarianFamily::translating, "MarianMTModel")
                .architecture(MarianFamily::model, "MarianModel")
                .architecture(MarianFamily::causal, "MarianForCausalLM")
                .backbone(MarianFamily::model, "marian");
    }

    private static boolean shared(Config config) {
        return config.flag("share_encoder_decoder_embeddings", true);
    }

    private static long targetSize(Config config) {
        return config.size("decoder_vocab_size", config.size("vocab_size"));
    }

    private static Block model(Config config) {
        return shared(config)
                ? MODEL.model(config)
                : Sequence.of(
                        "",
                        MODEL.encoder(config, BartModel.words(config, "embed_tokens")),
                        MODEL.decoder(config, BartModel.words(config, "embed_tokens", targetSize(config))));
    }

    private static Block translating(Config config) {
        long vocabulary = shared(config) ? config.size("vocab_size") : targetSize(config);
        String table = shared(config) ? "model.shared" : "model.decoder.embed_tokens";
        return Sequence.of(
                "",
                Sequence.of("model", model(config)),
                BartModel.head(config, vocabulary, table),
                BartModel.logitsBias(vocabulary));
    }

    private static Block causal(Config config) {
        long vocabulary = targetSize(config);
        return Sequence.of(
                "",
                Sequence.of("model", MODEL.decoder(config, BartModel.words(config, "embed_tokens", vocabulary))),
                BartModel.head(config, vocabulary, "model.decoder.embed_tokens"));
    }
}
