package dev.weighbridge.model.family.audio;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BartLayer;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// Whisper (arXiv:2212.04356): two convolutions over a log-mel spectrogram, an encoder, a decoder with its head tied to
/// the
/// embedding. Keys have no bias. Several audio language models took over the encoder alone.
final class WhisperFamily {
    private WhisperFamily() {}

    static Family family() {
        return Family.named("whisper")
                .architecture(WhisperFamily::model, "WhisperModel")
                .architecture(WhisperFamily::recognition, "WhisperForConditionalGeneration")
                .architecture(WhisperFamily::causal, "WhisperForCausalLM")
                .architecture(WhisperFamily::classifier, "WhisperForAudioClassification")
                .backbone(WhisperFamily::model, "whisper")
                .architecture(WhisperFamily::encoder, "Qwen2AudioEncoder", "VoxtralEncoder", "AudioFlamingo3Encoder")
                .backbone(WhisperFamily::encoder, "qwen2_audio_encoder", "voxtral_encoder", "audioflamingo3_encoder");
    }

    private static Block model(Config config) {
        return Sequence.of("", Sequence.of("encoder", encoder(config)), Sequence.of("decoder", decoder(config)));
    }

    private static Block recognition(Config config) {
        return Sequence.of("", Sequence.of("model", model(config)), head(config));
    }

    private static Block causal(Config config) {
        return Sequence.of("", Sequence.of("model.decoder", decoder(config)), head(config));
    }

    private static Block head(Config config) {
        return TextModel.head(
                config,
                Head.of("proj_out", config.size("d_model"), config.size("vocab_size")),
                "model.decoder.embed_tokens");
    }

    /// The encoder without a name of its own.
    static Block encoder(Config config) {
        long width = config.size("d_model");
        return Sequence.tower(
                Tower.AUDIO,
                "",
                convolutions(config.size("num_mel_bins"), width),
                Embedding.positions("embed_positions", config.size("max_source_positions"), width),
                encoderLayers(config, false),
                Norm.layer("layer_norm", width, 1e-5));
    }

    /// `conv1` and `conv2`, the second of which halves the frames.
    static Block convolutions(long melBins, long width) {
        return Sequence.of(
                "",
                Convolution.line("conv1", melBins, width, 3, true),
                Convolution.line("conv2", width, width, 3, true).strided(2));
    }

    /// The layers of the encoder, whose keys may have a bias in later models.
    static Block encoderLayers(Config config, boolean keyBias) {
        var layer = layer(config, "encoder_attention_heads", "encoder_ffn_dim");
        var attention = attention(layer, "self_attn", Span.bidirectional(), keyBias);
        return Repeat.of("layers", config.count("encoder_layers"), layer.of(attention));
    }

    private static Block decoder(Config config) {
        long width = config.size("d_model");
        var parts = layer(config, "decoder_attention_heads", "decoder_ffn_dim");
        Block layer = Sequence.of(
                "",
                parts.around(attention(parts, "self_attn", Span.causal(), false), "self_attn_layer_norm"),
                parts.around(attention(parts, "encoder_attn", Span.cross(), false), "encoder_attn_layer_norm"),
                parts.around(parts.feedForward(), "final_layer_norm"));
        return Sequence.of(
                "",
                Embedding.of("embed_tokens", config.size("vocab_size"), width),
                Embedding.positions("embed_positions", config.size("max_target_positions"), width),
                Repeat.of("layers", config.count("decoder_layers"), layer),
                Norm.layer("layer_norm", width, 1e-5));
    }

    private static BartLayer layer(Config config, String heads, String inner) {
        int headCount = config.count(heads);
        if (headCount == 0) {
            throw config.malformed(heads, "must not be 0");
        }
        return BartLayer.of(
                config.size("d_model"), headCount, config.size(inner), config.text("activation_function"), true);
    }

    private static Attention attention(BartLayer layer, String name, Span span, boolean keyBias) {
        return layer.projections(name, span).bias(true, keyBias, true, true).build();
    }

    private static Block classifier(Config config) {
        long inner = config.size("classifier_proj_size");
        List<Block> blocks = new ArrayList<>();
        blocks.add(Sequence.of("encoder", encoder(config)));
        if (config.flag("use_weighted_layer_sum")) {
            blocks.add(Table.of("layer_weights", config.count("encoder_layers") + 1L));
        }
        blocks.add(Linear.of("projector", config.size("d_model"), inner, true).as(Role.PROJECTION));
        blocks.add(Classifier.linear(config, "classifier", inner, true));
        return Sequence.of("", blocks);
    }
}
