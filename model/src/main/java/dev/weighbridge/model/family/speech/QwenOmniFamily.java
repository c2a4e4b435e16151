package dev.weighbridge.model.family.speech;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// Qwen2.5-Omni (arXiv:2503.20215) and the thinker of Qwen3-Omni (arXiv:2509.17765): a thinker that sees, hears and
/// writes,
/// a talker that turns its thoughts into codec tokens, and the way from those to a waveform.
final class QwenOmniFamily {
    private static final double EPSILON = 1e-6;

    private QwenOmniFamily() {}

    static Family family() {
        return Family.named("qwen-omni")
                .composite(
                        QwenOmniFamily::thinker,
                        "Qwen2_5OmniThinkerForConditionalGeneration",
                        "Qwen3OmniMoeThinkerForConditionalGeneration")
                .compositeBackbone(QwenOmniFamily::thinker, "qwen2_5_omni_thinker", "qwen3_omni_moe_thinker")
                .composite(QwenOmniFamily::omni, "Qwen2_5OmniForConditionalGeneration")
                .architecture(QwenOmniFamily::talker, "Qwen2_5OmniTalkerForConditionalGeneration")
                .backbone(QwenOmniFamily::talker, "qwen2_5_omni_talker")
                .backbone(QwenOmniFamily::text, "qwen2_5_omni_text")
                .backbone(QwenOmniFamily::vision, "qwen2_5_omni_vision_encoder")
                .backbone(QwenOmniFamily::thirdVision, "qwen3_omni_moe_vision_encoder");
    }

    private static Block thinker(Config config, Families families) {
        Config text = config.part("text_config");
        return Sequence.of(
                "",
                Sequence.tower(Tower.AUDIO, "audio_tower", families.backbone(config.part("audio_config"))),
                Sequence.tower(Tower.VISION, "visual", families.backbone(config.part("vision_config"))),
                Sequence.of("model", families.backbone(text)),
                TextModel.head(
                        config,
                        Head.of("lm_head", text.size("hidden_size"), text.size("vocab_size")),
                        "model.embed_tokens"));
    }

    private static Block omni(Config config, Families families) {
        Block thinker = Sequence.of("thinker", thinker(config.part("thinker_config"), families));
        if (!config.flag("enable_audio_output", true)) {
            return Sequence.of("", thinker);
        }
        Config waveform = config.part("token2wav_config");
        return Sequence.of(
                "",
                thinker,
                Sequence.of("talker", talker(config.part("talker_config"))),
                Sequence.of(
                        "token2wav",
                        Sequence.tower(
                                Tower.DENOISER, "code2wav_dit_model", TokenDenoiser.of(waveform.part("dit_config"))),
                        Sequence.tower(
                                Tower.CODEC, "code2wav_bigvgan_model", BigVgan.of(waveform.part("bigvgan_config")))));
    }

    private static Block text(Config config) {
        return TextModel.backbone(config, index -> layer(config, index), Norm.Kind.RMS);
    }

    private static Block talker(Config config) {
        long width = config.size("hidden_size");
        long thought = config.size("embedding_size");
        return Sequence.of(
                "",
                Linear.of("thinker_to_talker_proj", thought, width, true).as(Role.PROJECTION),
                Sequence.of(
                        "model",
                        Embedding.of("embed_tokens", config.size("vocab_size"), thought),
                        Repeat.of("layers", config.count("num_hidden_layers"), index -> layer(config, index)),
                        TextModel.norm(config, Norm.Kind.RMS, "norm")),
                Head.of("codec_head", width, config.size("vocab_size")));
    }

    /// Qwen2's layer; from `max_window_layers` on it has a window where `use_sliding_window` says so.
    private static Block layer(Config config, int index) {
        Heads heads = GroupedAttention.heads(config);
        Span span = Span.causal();
        if (config.has("layer_types")) {
            span = TextModel.span(config, index);
        } else if (config.flag("use_sliding_window") && index >= config.integer("max_window_layers", 0)) {
            span = TextModel.window(config);
        }
        Attention attention = GroupedAttention.of(config)
                .bias(true, false)
                .span(span)
                .rotary(Rotaries.of(config, heads.headDim(), "", 1_000_000, 1))
                .build();
        return TextModel.layer(config, Norm.Kind.RMS, attention, FeedForwards.gated(config, false));
    }

    /// The tower of Qwen2.5-VL with three matrices in place of one in attention.
    private static Block vision(Config config) {
        long width = config.size("hidden_size");
        List<Long> whole = config.integers("fullatt_block_indexes");
        long side = config.size("window_size") / Math.max(1, config.size("patch_size"));
        Span window = Span.bidirectionalChunk(Math.multiplyExact(side, side));
        FeedForward feedForward =
                FeedForwards.gated("mlp", width, config.size("intermediate_size"), config.text("hidden_act"), true);
        return Sequence.tower(
                Tower.VISION,
                "",
                patches(config, false),
                Repeat.of(
                        "blocks",
                        config.count("depth"),
                        index -> EncoderLayer.of(
                                Norm.rms("norm1", width, EPSILON),
                                visionAttention(
                                        config, whole.contains((long) index) ? Span.bidirectional() : window, false),
                                Norm.rms("norm2", width, EPSILON),
                                feedForward)),
                merger(config, "merger", Norm.rms("ln_q", width, EPSILON)));
    }

    /// Qwen3-VL's tower under other names; layers of it feed the first layers of the language model (DeepStack,
    /// arXiv:2406.04334).
    private static Block thirdVision(Config config) {
        long width = config.size("hidden_size");
        FeedForward feedForward = FeedForwards.plain(
                "mlp",
                width,
                config.size("intermediate_size"),
                config.text("hidden_act"),
                true,
                "linear_fc1",
                "linear_fc2");
        Block layer = EncoderLayer.of(
                Norm.layer("norm1", width, EPSILON),
                visionAttention(config, Span.bidirectional(), true),
                Norm.layer("norm2", width, EPSILON),
                feedForward);
        return Sequence.tower(
                Tower.VISION,
                "",
                patches(config, true),
                Embedding.positions("pos_embed", config.size("num_position_embeddings"), width),
                Repeat.of("blocks", config.count("depth"), layer),
                merger(config, "merger", Norm.layer("ln_q", width, EPSILON)),
                Repeat.of(
                        "merger_list",
                        config.items("deepstack_visual_indexes").size(),
                        merger(config, "", Norm.layer("ln_q", merged(config), EPSILON))));
    }

    private static Block patches(Config config, boolean bias) {
        long patch = config.size("patch_size");
        return Convolution.volume(
                        "patch_embed.proj",
                        config.size("in_channels"),
                        config.size("hidden_size"),
                        List.of(config.size("temporal_patch_size"), patch, patch),
                        bias)
                .strided(patch);
    }

    private static Attention visionAttention(Config config, Span span, boolean fused) {
        long width = config.size("hidden_size");
        Heads heads = EncoderLayer.heads(config, width, config.count("num_heads"));
        var attention = GroupedAttention.of(width, heads)
                .named("attn")
                .projections("q", "k", "v", "proj")
                .bias(true, true)
                .span(span)
                .rotary(Rotaries.axial(10_000, heads.headDim()));
        return fused ? attention.buildFused("qkv") : attention.build();
    }

    private static long merged(Config config) {
        long side = config.size("spatial_merge_size");
        return Math.multiplyExact(config.size("hidden_size"), Math.multiplyExact(side, side));
    }

    private static Block merger(Config config, String name, Norm norm) {
        long merged = merged(config);
        return Sequence.tower(
                Tower.PROJECTOR,
                name,
                norm,
                Linear.of("mlp.0", merged, merged, true).as(Role.PROJECTION),
                Linear.of("mlp.2", merged, config.size("out_hidden_size"), true).as(Role.PROJECTION));
    }
}
