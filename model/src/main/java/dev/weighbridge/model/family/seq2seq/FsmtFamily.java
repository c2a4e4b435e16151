package dev.weighbridge.model.family.seq2seq;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BartLayer;

/// FSMT, fairseq's translators of WMT 2019 (arXiv:1907.06616): a table of words for each language, sinusoidal positions
/// that
/// are stored.
final class FsmtFamily {
    private FsmtFamily() {}

    static Family family() {
        return Family.named("fsmt")
                .architecture(
                        config -> Sequence.of("", Sequence.of("model", model(config))), "FSMTForConditionalGeneration")
                .architecture(FsmtFamily::model, "FSMTModel")
                .backbone(FsmtFamily::model, "fsmt");
    }

    /// The decoder holds its own head; tied, both it and the decoder's table are the encoder's.
    private static Block model(Config config) {
        long hidden = config.size("hidden_size");
        long target = config.size("tgt_vocab_size");
        boolean tied = config.flag("tie_word_embeddings");
        Embedding source = BartModel.words(config, "embed_tokens", config.size("src_vocab_size"));
        Embedding words = BartModel.words(config, "embed_tokens", target);
        Head head = Head.of("output_projection", hidden, target);
        BartLayer encoder = BartModel.layer(config, "encoder", false);
        BartLayer decoder = BartModel.layer(config, "decoder", false);
        return Sequence.of(
                "",
                Sequence.tower(
                        Tower.ENCODER,
                        "encoder",
                        source,
                        positions(config),
                        Repeat.of("layers", config.count("encoder_layers"), encoder.encoder())),
                Sequence.of(
                        "decoder",
                        tied ? new Tied(words, "encoder.embed_tokens") : words,
                        positions(config),
                        Repeat.of("layers", config.count("decoder_layers"), decoder.decoder()),
                        tied ? new Tied(head, "encoder.embed_tokens") : head));
    }

    /// Positions are counted from behind the padding token's number.
    private static Embedding positions(Config config) {
        long rows = config.size("max_position_embeddings") + config.size("pad_token_id", 1) + 1;
        return Embedding.positions("embed_positions", rows, config.size("hidden_size"));
    }
}
