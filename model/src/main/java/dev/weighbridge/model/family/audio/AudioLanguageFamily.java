package dev.weighbridge.model.family.audio;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;

/// Language models that hear: an audio tower, a projector, and the language model that the configuration names.
/// Qwen2-Audio (arXiv:2407.10759), Audio Flamingo 3 (arXiv:2507.08128) and Music Flamingo, Voxtral (arXiv:2507.13264)
/// and
/// Voxtral Realtime, GLM-ASR, Qwen3-ASR, Fun-ASR Nano.
final class AudioLanguageFamily {
    private AudioLanguageFamily() {}

    static Family family() {
        return Family.named("audio_language")
                .composite(
                        (config, families) -> nested(config, families, linear(config), false),
                        "Qwen2AudioForConditionalGeneration")
                .composite(
                        (config, families) -> nested(config, families, flamingo(config), false),
                        "AudioFlamingo3ForConditionalGeneration",
                        "MusicFlamingoForConditionalGeneration")
                .composite(
                        (config, families) -> nested(config, families, voxtral(config), false),
                        "VoxtralForConditionalGeneration")
                .composite(
                        (config, families) -> nested(config, families, glm(config), true),
                        "GlmAsrForConditionalGeneration")
                .composite(
                        (config, families) -> nested(config, families, realtime(config), true),
                        "VoxtralRealtimeForConditionalGeneration")
                .composite(
                        (config, families) -> flat(config, families, recognizer(config)),
                        "Qwen3ASRForConditionalGeneration")
                .composite(
                        (config, families) -> flat(config, families, funAsr(config)),
                        "FunAsrNanoForConditionalGeneration")
                .backbone(AudioLanguageFamily::realtimeText, "voxtral_realtime_text");
    }

    /// The layout of the first models of this kind: three towers side by side, the head within the language model.
    private static Block nested(Config config, Families families, Block projector, boolean mayTie) {
        Config text = config.part("text_config");
        return Sequence.of(
                "",
                Sequence.tower(Tower.AUDIO, "audio_tower", families.backbone(config.part("audio_config"))),
                projector,
                languageModel(config, text, families.backbone(text), mayTie));
    }

    /// The language model as those files hold it: `language_model.model.model` and `language_model.lm_head`.
    static Block languageModel(Config config, Config text, Block backbone, boolean mayTie) {
        Head head = Head.of("lm_head", text.size("hidden_size"), text.size("vocab_size"));
        return Sequence.of(
                "language_model",
                Sequence.of("model.model", backbone),
                mayTie ? TextModel.head(config, head, "model.model.embed_tokens") : head);
    }

    /// The layout of later models: all towers under `model`, the head beside it.
    private static Block flat(Config config, Families families, Block projector) {
        Config text = config.part("text_config");
        return Sequence.of(
                "",
                Sequence.of(
                        "model",
                        Sequence.tower(Tower.AUDIO, "audio_tower", families.backbone(config.part("audio_config"))),
                        projector,
                        Sequence.of("language_model", families.backbone(text))),
                TextModel.head(
                        config,
                        Head.of("lm_head", text.size("hidden_size"), text.size("vocab_size")),
                        "model.language_model.embed_tokens"));
    }

    private static Block linear(Config config) {
        return Sequence.tower(
                Tower.PROJECTOR,
                "multi_modal_projector",
                Linear.of(
                                "linear",
                                config.part("audio_config").size("d_model"),
                                config.part("text_config").size("hidden_size"),
                                true)
                        .as(Role.PROJECTION));
    }

    private static Block flamingo(Config config) {
        long text = config.part("text_config").size("hidden_size");
        return projector(
                config.part("audio_config").size("hidden_size"), text, text, config.flag("projector_bias", true));
    }

    /// Four frames, each of the tower's width, are read as one: together as wide as its feed-forward.
    private static Block voxtral(Config config) {
        long text = config.part("text_config").size("hidden_size");
        return projector(config.part("audio_config").size("intermediate_size"), text, text, false);
    }

    private static Block glm(Config config) {
        long text = config.part("text_config").size("hidden_size");
        return projector(config.part("audio_config").size("intermediate_size"), 2 * text, text, true);
    }

    private static Block realtime(Config config) {
        long text = config.part("text_config").size("hidden_size");
        long frames =
                Math.multiplyExact(config.part("audio_config").size("hidden_size"), config.size("downsample_factor"));
        return projector(frames, text, text, false);
    }

    private static Block recognizer(Config config) {
        Config audio = config.part("audio_config");
        long width = audio.size("d_model");
        return projector(width, width, audio.size("output_dim"), true);
    }

    private static Block funAsr(Config config) {
        Config adaptor = config.part("adaptor_config");
        long inner = adaptor.size("projector_hidden_size");
        long width = adaptor.size("hidden_size");
        return Sequence.tower(
                Tower.PROJECTOR,
                "multi_modal_projector",
                Linear.of("linear_1", config.part("audio_config").size("hidden_size"), inner, true)
                        .as(Role.PROJECTION),
                Linear.of("linear_2", inner, width, true).as(Role.PROJECTION),
                Repeat.of(
                        "layers",
                        adaptor.count("num_hidden_layers"),
                        SpeechTowerFamily.funAsrLayer(adaptor, width, false)));
    }

    /// `linear_1` and `linear_2` with an activation between.
    private static Block projector(long in, long inner, long out, boolean bias) {
        return Sequence.tower(
                Tower.PROJECTOR,
                "multi_modal_projector",
                Linear.of("linear_1", in, inner, bias).as(Role.PROJECTION),
                Linear.of("linear_2", inner, out, bias).as(Role.PROJECTION));
    }

    /// Llama's layers, the input of each feed-forward scaled by the delay the model speaks with.
    private static Block realtimeText(Config config) {
        long hidden = config.size("hidden_size");
        Attention attention = GroupedAttention.of(config)
                .span(TextModel.window(config))
                .rotary(config)
                .build();
        Block delay = Sequence.of("ada_rms_norm", Linear.of("linear1", hidden, 32), Linear.of("linear2", 32, hidden));
        Block layer = Sequence.of(
                "",
                Residual.of(TextModel.norm(config, Norm.Kind.RMS, "input_layernorm"), attention),
                Residual.of(
                        TextModel.norm(config, Norm.Kind.RMS, "post_attention_layernorm"),
                        delay,
                        FeedForwards.gated(config, false)));
        return TextModel.backbone(config, _ -> layer, Norm.Kind.RMS);
    }
}
