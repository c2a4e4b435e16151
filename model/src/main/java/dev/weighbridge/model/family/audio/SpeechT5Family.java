package dev.weighbridge.model.family.audio;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.HifiGan;
import dev.weighbridge.model.family.component.TextModel;

/// SpeechT5 (arXiv:2110.07205): one encoder and one decoder for speech and text, with a net before and behind each for
/// either; and its vocoder.
final class SpeechT5Family {
    private SpeechT5Family() {}

    static Family family() {
        return Family.named("speecht5")
                .architecture(SpeechT5Family::speechToText, "SpeechT5ForSpeechToText")
                .architecture(config -> toSpeech(config, textPrenet(config, true)), "SpeechT5ForTextToSpeech")
                .architecture(config -> toSpeech(config, speechPrenet(config)), "SpeechT5ForSpeechToSpeech")
                .architecture(config -> model(config, Sequence.of(""), Sequence.of("")), "SpeechT5Model")
                .backbone(config -> model(config, Sequence.of(""), Sequence.of("")), "speecht5")
                .architecture(SpeechT5Family::vocoder, "SpeechT5HifiGan")
                .backbone(SpeechT5Family::vocoder, "speecht5_hifigan");
    }

    private static Block speechToText(Config config) {
        Head head = Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size"));
        return Sequence.of(
                "",
                Sequence.of("speecht5", model(config, speechPrenet(config), textPrenet(config, false))),
                Sequence.of(
                        "text_decoder_postnet", TextModel.head(config, head, "speecht5.decoder.prenet.embed_tokens")));
    }

    private static Block toSpeech(Config config, Block encoderPrenet) {
        return Sequence.of(
                "",
                Sequence.of("speecht5", model(config, encoderPrenet, speechDecoderPrenet(config))),
                speechPostnet(config));
    }

    private static Block model(Config config, Block encoderPrenet, Block decoderPrenet) {
        return Sequence.of(
                "",
                Sequence.tower(
                        Tower.ENCODER, "encoder", encoderPrenet, Sequence.of("wrapped_encoder", encoder(config))),
                Sequence.of("decoder", decoderPrenet, Sequence.of("wrapped_decoder", decoder(config))));
    }

    /// Keys are joined by a vector a distance, which all layers share.
    private static Block encoder(Config config) {
        long width = config.size("hidden_size");
        int headCount = EncoderLayer.heads(config, width, config.count("encoder_attention_heads"))
                .headCount();
        Block layer = Sequence.of(
                "",
                Residual.normAfter(
                        attention("attention", width, headCount, Span.bidirectional()), norm(config, "layer_norm")),
                Residual.normAfter(
                        Wav2Vec2Family.feedForward(config, config.size("encoder_ffn_dim")),
                        norm(config, "final_layer_norm")));
        return Sequence.of(
                "",
                norm(config, "layer_norm"),
                Embedding.positions(
                        "embed_positions.pe_k", 2 * config.size("encoder_max_relative_position"), width / headCount),
                Repeat.of("layers", config.count("encoder_layers"), layer));
    }

    private static Block decoder(Config config) {
        long width = config.size("hidden_size");
        int headCount = EncoderLayer.heads(config, width, config.count("decoder_attention_heads"))
                .headCount();
        Block layer = Sequence.of(
                "",
                Residual.normAfter(
                        attention("self_attn", width, headCount, Span.causal()), norm(config, "self_attn_layer_norm")),
                Residual.normAfter(
                        attention("encoder_attn", width, headCount, Span.cross()),
                        norm(config, "encoder_attn_layer_norm")),
                Residual.normAfter(
                        Wav2Vec2Family.feedForward(config, config.size("decoder_ffn_dim")),
                        norm(config, "final_layer_norm")));
        return Repeat.of("layers", config.count("decoder_layers"), layer);
    }

    private static Attention attention(String name, long width, int headCount, Span span) {
        return GroupedAttention.of(width, Heads.of(headCount, headCount, width / headCount))
                .named(name)
                .projections("q_proj", "k_proj", "v_proj", "out_proj")
                .bias(true, true)
                .span(span)
                .build();
    }

    private static Norm norm(Config config, String name) {
        return Norm.layer(name, config.size("hidden_size"), config.number("layer_norm_eps"));
    }

    private static Block speechPrenet(Config config) {
        return Sequence.tower(
                Tower.AUDIO,
                "prenet",
                Waveform.convolutions(config, "feature_encoder"),
                Waveform.projection(config, Waveform.width(config)),
                Waveform.mask(config),
                Waveform.positions(config));
    }

    /// An embedding; in the encoder one number scales the sinusoids that are added.
    private static Block textPrenet(Config config, boolean scaledPositions) {
        long width = config.size("hidden_size");
        double scale = config.flag("scale_embedding") && !scaledPositions ? Math.sqrt((double) width) : 1;
        Embedding embedding =
                Embedding.of("embed_tokens", config.size("vocab_size"), width).scaled(scale);
        return scaledPositions
                ? Sequence.of("prenet", embedding, Table.positions("encode_positions.alpha"))
                : Sequence.of("prenet", embedding);
    }

    private static Block speechDecoderPrenet(Config config) {
        long width = config.size("hidden_size");
        long units = config.size("speech_decoder_prenet_units");
        long bins = config.size("num_mel_bins");
        return Sequence.of(
                "prenet",
                Repeat.of(
                        "layers",
                        config.count("speech_decoder_prenet_layers"),
                        i -> Linear.of("", i == 0 ? bins : units, units, true)),
                Linear.of("final_layer", units, width, true),
                Table.positions("encode_positions.alpha"),
                Linear.of("speaker_embeds_layer", config.size("speaker_embedding_dim") + width, width, true));
    }

    /// A spectrogram, the probability of the end, and convolutions that refine the spectrogram (Tacotron 2,
    /// arXiv:1712.05884).
    private static Block speechPostnet(Config config) {
        long width = config.size("hidden_size");
        long bins = config.size("num_mel_bins");
        long units = config.size("speech_decoder_postnet_units");
        long reduction = config.size("reduction_factor");
        int count = config.count("speech_decoder_postnet_layers");
        return Sequence.of(
                "speech_decoder_postnet",
                Linear.of("feat_out", width, Math.multiplyExact(bins, reduction), true)
                        .as(Role.HEAD),
                Linear.of("prob_out", width, reduction, true).as(Role.HEAD),
                Repeat.of("layers", count, i -> {
                    long out = i == count - 1 ? bins : units;
                    return Sequence.of(
                            "",
                            Convolution.line(
                                    "conv",
                                    i == 0 ? bins : units,
                                    out,
                                    config.size("speech_decoder_postnet_kernel"),
                                    false),
                            Norm.batch("batch_norm", out));
                }));
    }

    private static Block vocoder(Config config) {
        long bins = config.size("model_in_dim");
        return Sequence.tower(
                Tower.CODEC,
                "",
                Table.buffer("mean", bins),
                Table.buffer("scale", bins),
                HifiGan.of(config, bins, true));
    }
}
