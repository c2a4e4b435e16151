package dev.weighbridge.model.family.audio;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// Audio towers in Whisper's manner with something of their own: the encoders of Qwen's omni and recognition models,
/// GLM-ASR,
/// Voxtral Realtime, and Fun-ASR Nano (memory blocks beside the attention, arXiv:2006.01712).
final class SpeechTowerFamily {
    private SpeechTowerFamily() {}

    static Family family() {
        return Family.named("speech_tower")
                .architecture(SpeechTowerFamily::omni, "Qwen2_5OmniAudioEncoder")
                .backbone(SpeechTowerFamily::omni, "qwen2_5_omni_audio_encoder")
                .architecture(SpeechTowerFamily::thirdOmni, "Qwen3OmniMoeAudioEncoder")
                .backbone(SpeechTowerFamily::thirdOmni, "qwen3_omni_moe_audio_encoder")
                .architecture(SpeechTowerFamily::recognizer, "Qwen3ASREncoder")
                .backbone(SpeechTowerFamily::recognizer, "qwen3_asr_encoder")
                .architecture(SpeechTowerFamily::glm, "GlmAsrEncoder")
                .backbone(SpeechTowerFamily::glm, "glmasr_encoder")
                .architecture(SpeechTowerFamily::realtime, "VoxtralRealtimeEncoder")
                .backbone(SpeechTowerFamily::realtime, "voxtral_realtime_encoder")
                .architecture(SpeechTowerFamily::funAsr, "FunAsrNanoEncoder")
                .backbone(SpeechTowerFamily::funAsr, "fun_asr_nano_encoder");
    }

    /// Positions are sinusoids; two embeddings mark where audio begins and ends.
    private static Block omni(Config config) {
        long width = config.size("d_model");
        long output = config.size("output_dim");
        return Sequence.tower(
                Tower.AUDIO,
                "",
                WhisperFamily.convolutions(config.size("num_mel_bins"), width),
                WhisperFamily.encoderLayers(config, false),
                Norm.layer("ln_post", width, 1e-5),
                Linear.of("proj", width, output, true).as(Role.PROJECTION),
                Embedding.of("audio_bos_eos_token", 2, output));
    }

    private static Block thirdOmni(Config config) {
        long width = config.size("d_model");
        return Sequence.tower(
                Tower.AUDIO,
                "",
                recognizer(config),
                Linear.of("proj1", width, width, true).as(Role.PROJECTION),
                Linear.of("proj2", width, config.size("output_dim"), true).as(Role.PROJECTION));
    }

    /// Three convolutions over time and frequency, each halving both.
    private static Block recognizer(Config config) {
        long width = config.size("d_model");
        long channels = config.size("downsample_hidden_size");
        long bins = config.size("num_mel_bins");
        for (int i = 0; i < 3; i++) {
            bins = (bins + 1) / 2;
        }
        return Sequence.tower(
                Tower.AUDIO,
                "",
                Convolution.plane("conv2d1", 1, channels, 3, true).strided(2),
                Convolution.plane("conv2d2", channels, channels, 3, true).strided(2),
                Convolution.plane("conv2d3", channels, channels, 3, true).strided(2),
                Linear.of("conv_out", Math.multiplyExact(channels, bins), width, false)
                        .as(Role.PROJECTION),
                WhisperFamily.encoderLayers(config, true),
                Norm.layer("ln_post", width, 1e-5));
    }

    private static Block glm(Config config) {
        long width = config.size("hidden_size");
        Heads heads = GroupedAttention.heads(config);
        Attention attention = GroupedAttention.of(config)
                .bias(true, false, true, true)
                .span(Span.bidirectional())
                .rotary(Rotaries.of(config, heads.headDim(), "", 10_000, 0.5))
                .build();
        Block layer = EncoderLayer.of(
                Norm.layer("input_layernorm", width, 1e-5),
                attention,
                Norm.layer("post_attention_layernorm", width, 1e-5),
                FeedForwards.plain(
                        "mlp", width, config.size("intermediate_size"), config.text("hidden_act"), true, "fc1", "fc2"));
        return Sequence.tower(
                Tower.AUDIO,
                "",
                WhisperFamily.convolutions(config.size("num_mel_bins"), width),
                Repeat.of("layers", config.count("num_hidden_layers"), layer),
                Norm.layer("norm", width, 1e-5));
    }

    /// Causal throughout, with a window, so that audio can be heard while it comes in.
    private static Block realtime(Config config) {
        long width = config.size("hidden_size");
        long inner = config.size("intermediate_size");
        double epsilon = TextModel.epsilon(config);
        Attention attention = GroupedAttention.of(config)
                .bias(true, false, true, true)
                .span(TextModel.window(config))
                .rotary(config)
                .build();
        FeedForward feedForward = new FeedForward(
                "mlp",
                width,
                inner,
                Activation.of(config.text("hidden_act")),
                true,
                List.of(
                        new Part(Slot.GATE, Linear.of("gate_proj", width, inner)),
                        new Part(Slot.UP, Linear.of("up_proj", width, inner)),
                        new Part(Slot.DOWN, Linear.of("down_proj", inner, width, true))));
        Block layer = EncoderLayer.of(
                Norm.rms("self_attn_layer_norm", width, epsilon),
                attention,
                Norm.rms("final_layer_norm", width, epsilon),
                feedForward);
        return Sequence.tower(
                Tower.AUDIO,
                "",
                Sequence.of(
                        "embedder",
                        Convolution.line("conv1", config.size("num_mel_bins"), width, 3, true)
                                .pastOnly(),
                        Convolution.line("conv2", width, width, 3, true)
                                .strided(2)
                                .pastOnly()),
                Repeat.of("layers", config.count("num_hidden_layers"), layer),
                Norm.rms("norm", width, epsilon));
    }

    /// The first layer reads stacked frames; the last layer that transcribes and the last of all have a norm behind
    /// them.
    private static Block funAsr(Config config) {
        int count = config.count("num_hidden_layers");
        long input = Math.multiplyExact(config.size("num_mel_bins"), config.size("num_stacked_frames"));
        int lastTranscribing = count - config.count("num_timestamp_prediction_layers") - 1;
        return Sequence.tower(Tower.AUDIO, "", Repeat.of("layers", count, index -> {
            long width = index == 0 ? input : config.size("hidden_size");
            Block layer = funAsrLayer(config, width, true);
            boolean normed = index == lastTranscribing || index == count - 1;
            return normed
                    ? Sequence.of("", layer, funAsrNorm(config, "final_layernorm", config.size("hidden_size")))
                    : layer;
        }));
    }

    /// A layer whose attention reads `input` channels and writes `hidden_size`; a layer that widens has no first
    /// residual.
    static Block funAsrLayer(Config config, long input, boolean memory) {
        long width = config.size("hidden_size");
        Heads heads = GroupedAttention.heads(config);
        List<Part> parts = new ArrayList<>();
        parts.add(new Part(Slot.QUERY, Linear.of("q_proj", input, width, true)));
        parts.add(new Part(Slot.KEY, Linear.of("k_proj", input, width, true)));
        parts.add(new Part(Slot.VALUE, Linear.of("v_proj", input, width, true)));
        parts.add(new Part(Slot.OUTPUT, Linear.of("o_proj", width, width, true)));
        if (memory) {
            // a filter over the values of all heads, added to what attention yields
            parts.add(new Part(
                    Slot.CONVOLUTION,
                    Convolution.line("fsmn.conv", width, width, config.size("fsmn_kernel_size"), false)
                            .grouped(width)));
        }
        Attention attention = Attention.of("self_attn", heads, Span.bidirectional(), Rotary.NONE, parts);
        Norm before = funAsrNorm(config, "input_layernorm", input);
        return Sequence.of(
                "",
                input == width ? Residual.of(before, attention) : Sequence.of("", before, attention),
                Residual.of(
                        funAsrNorm(config, "post_attention_layernorm", width),
                        FeedForwards.plain(
                                "mlp",
                                width,
                                config.size("intermediate_size"),
                                config.text("hidden_act"),
                                true,
                                "fc1",
                                "fc2")));
    }

    private static Norm funAsrNorm(Config config, String name, long width) {
        return Norm.layer(name, width, config.number("layer_norm_eps"));
    }
}
