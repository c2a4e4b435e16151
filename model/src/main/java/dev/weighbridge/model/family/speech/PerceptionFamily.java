package dev.weighbridge.model.family.speech;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;

/// The perception encoders for sound and film (PE-AV, after arXiv:2504.13181): transformers over a codec's frames, over
/// the
/// frames of a film, and over both, each held against text.
final class PerceptionFamily {
    private PerceptionFamily() {}

    static Family family() {
        return Family.named("perception")
                .architecture(PerceptionFamily::audio, "PeAudioEncoder")
                .backbone(PerceptionFamily::audio, "pe_audio_encoder")
                .architecture(PerceptionFamily::video, "PeVideoEncoder")
                .backbone(PerceptionFamily::video, "pe_video_encoder")
                .architecture(PerceptionFamily::joined, "PeAudioVideoEncoder")
                .backbone(PerceptionFamily::joined, "pe_audio_video_encoder")
                .composite(
                        (config, families) -> pair(config, families, "audio", audio(config.part("audio_config"))),
                        "PeAudioModel",
                        "PeAudioFrameLevelModel")
                .composite(
                        (config, families) -> pair(config, families, "video", video(config.part("video_config"))),
                        "PeVideoModel")
                .composite(PerceptionFamily::all, "PeAudioVideoModel");
    }

    private static Block audio(Config config) {
        Config codec = config.part("dac_config");
        long latent = DacFamily.latent(codec);
        long inner = codec.size("codebook_dim");
        return Sequence.tower(
                Tower.AUDIO,
                "",
                Sequence.of(
                        "embedder",
                        Sequence.tower(Tower.CODEC, "", DacFamily.encoder(codec, "dac_encoder", latent, false)),
                        Convolution.line("bottleneck", latent, inner, 1, true),
                        Linear.of("data_proj", inner, config.size("hidden_size"), true)
                                .as(Role.PROJECTION)),
                transformer(config));
    }

    private static Block video(Config config) {
        long width = config.size("hidden_size");
        Config vision = config.part("vision_config");
        long classes = PerceptionTower.classes(vision);
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of(
                        "embedder",
                        Sequence.of("vision_model", PerceptionTower.of(vision)),
                        Linear.of("proj", classes, width).as(Role.PROJECTION),
                        Linear.of("data_proj", width, width, true).as(Role.PROJECTION)),
                transformer(config));
    }

    /// The frames of a film joined with those of its sound.
    private static Block joined(Config config) {
        return joined(
                config,
                Sequence.of("audio_encoder", audio(config.part("audio_config"))),
                Sequence.of("video_encoder", video(config.part("video_config"))));
    }

    private static Block joined(Config config, Block audio, Block video) {
        long width = config.size("hidden_size");
        long heard = config.part("audio_config").size("hidden_size");
        long seen = config.part("video_config").size("hidden_size");
        return Sequence.of(
                "",
                Sequence.of(
                        "embedder",
                        audio,
                        video,
                        Convolution.line("video_proj", seen, heard, 1, true),
                        Norm.layer("video_norm", heard, 1e-5),
                        Linear.of("concat_modality_proj", heard + seen, width, true)
                                .as(Role.PROJECTION),
                        Linear.of("data_proj", width, width, true).as(Role.PROJECTION)),
                transformer(config));
    }

    /// Two convolutions, a class token, and Qwen3's layers without a mask.
    private static Block transformer(Config config) {
        long width = config.size("hidden_size");
        boolean bias = config.flag("attention_bias");
        double epsilon = TextModel.epsilon(config);
        Heads heads = GroupedAttention.heads(config);
        Attention attention = GroupedAttention.of(config)
                .bias(bias, bias)
                .span(Span.bidirectional())
                .rotary(Rotaries.of(config, heads.headDim(), "", 20_000, 1))
                .normed(Norm.rms("q_norm", heads.headDim(), epsilon), Norm.rms("k_norm", heads.headDim(), epsilon))
                .build();
        return Sequence.of(
                "",
                Sequence.of(
                        "patch_embedder",
                        Residual.of(Sequence.of(
                                "resnet_block",
                                Norm.group("block1.groupnorm", width),
                                Convolution.line("block1.project", width, width, 3, true),
                                Norm.group("block2.groupnorm", width),
                                Convolution.line("block2.project", width, width, 3, true))),
                        Table.of("class_embedding", 1, 1, width)),
                Repeat.of(
                        "layers",
                        config.count("num_hidden_layers"),
                        TextModel.layer(config, Norm.Kind.RMS, attention, FeedForwards.gated(config, false))),
                TextModel.norm(config, Norm.Kind.RMS, "norm"),
                Linear.of("output", width, width).as(Role.PROJECTION));
    }

    private static Block pair(Config config, Families families, String side, Block encoder) {
        Config text = config.part("text_config");
        Block model = Sequence.tower(Tower.TEXT, "text_model", families.backbone(text));
        long read = config.part(side + "_config").size("hidden_size");
        return pair(side, model, text.size("hidden_size"), read, encoder);
    }

    private static Block pair(String side, Block text, long textWidth, long width, Block encoder) {
        String joint = "text_" + side;
        return Sequence.of(
                "",
                text,
                Sequence.of(side + "_encoder", encoder),
                head(joint + "_head", textWidth, textWidth),
                head(side + "_head", width, textWidth),
                logits(joint));
    }

    private static Block head(String name, long in, long out) {
        return Sequence.tower(
                Tower.PROJECTOR,
                name,
                Norm.layer("layer_norm", in, 1e-6),
                Linear.of("proj", in, out).as(Role.PROJECTION));
    }

    private static Block logits(String name) {
        return Sequence.of("", Table.of(name + "_logit_scale", 1), Table.of(name + "_logit_bias", 1));
    }

    /// Sound, film and both beside one text model; the encoder of both holds the other two.
    private static Block all(Config config, Families families) {
        Config text = config.part("text_config");
        Config both = config.part("audio_video_config");
        Config heard = both.part("audio_config");
        Config seen = both.part("video_config");
        long width = text.size("hidden_size");
        Block model = Sequence.tower(Tower.TEXT, "text_model", families.backbone(text));
        boolean tied = config.flag("tie_word_embeddings", true);
        Block shared = tied ? new Tied(model, "text_model") : model;
        Block audio = Sequence.of("audio_encoder", audio(heard));
        Block video = Sequence.of("video_encoder", video(seen));
        return Sequence.of(
                "",
                model,
                Sequence.of("audio_model", pair("audio", shared, width, heard.size("hidden_size"), audio(heard))),
                Sequence.of("video_model", pair("video", shared, width, seen.size("hidden_size"), video(seen))),
                Sequence.of(
                        "audio_video_encoder",
                        joined(
                                both,
                                tied ? new Tied(audio, "audio_model.audio_encoder") : audio,
                                tied ? new Tied(video, "video_model.video_encoder") : video)),
                head("audio_video_head", both.size("hidden_size"), width),
                head("text_audio_video_head", width, width),
                logits("audio_video"),
                logits("text_audio_video"),
                head("audio_plus_text_head", width + heard.size("hidden_size"), width),
                logits("audio_plus_text"),
                head("video_plus_text_head", width + seen.size("hidden_size"), width),
                logits("video_plus_text"));
    }
}
