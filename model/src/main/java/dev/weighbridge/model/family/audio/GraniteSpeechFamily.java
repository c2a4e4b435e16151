package dev.weighbridge.model.family.audio;

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
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.QueryTransformer;
import java.util.List;

/// Granite Speech (arXiv:2505.08699): a Conformer whose attention stays within blocks, a querying transformer that
/// shortens
/// its output, and Granite; and the recognizer of the fifth generation, which is the encoder alone.
///
/// In the middle of the encoder a first guess at the characters joins the stream (arXiv:2104.02724).
final class GraniteSpeechFamily {
    private GraniteSpeechFamily() {}

    static Family family() {
        return Family.named("granite_speech")
                .composite(
                        GraniteSpeechFamily::speech,
                        "GraniteSpeechForConditionalGeneration",
                        "GraniteSpeechPlusForConditionalGeneration")
                .architecture(GraniteSpeechFamily::recognizer, "GraniteSpeech5ForCTC")
                .architecture(GraniteSpeechFamily::fifthEncoder, "GraniteSpeech5Encoder")
                .backbone(GraniteSpeechFamily::fifthEncoder, "granite_speech5_encoder");
    }

    private static Block speech(Config config, Families families) {
        Config text = config.part("text_config");
        return Sequence.of(
                "",
                Sequence.tower(Tower.AUDIO, "encoder", encoder(config.part("encoder_config"))),
                projector(config),
                AudioLanguageFamily.languageModel(config, text, families.backbone(text), true));
    }

    private static Block projector(Config config) {
        Config queries = config.part("projector_config");
        long width = queries.size("hidden_size");
        long rate = config.size("downsample_rate");
        if (rate == 0) {
            throw config.malformed("downsample_rate", "must not be 0");
        }
        return Sequence.tower(
                Tower.PROJECTOR,
                "projector",
                Table.of("query", 1, config.size("window_size") / rate, width),
                Sequence.of("qformer", QueryTransformer.of(queries)),
                Linear.of("linear", width, config.part("text_config").size("hidden_size"), true)
                        .as(Role.PROJECTION));
    }

    private static Block encoder(Config config) {
        long width = config.size("hidden_dim");
        Block layer = Sequence.of(
                "",
                Residual.scaled(0.5, feedForward(config, "ff1")),
                Residual.of(attention(config)),
                Residual.of(convolution(config)),
                Residual.scaled(0.5, feedForward(config, "ff2")),
                Norm.layer("post_norm", width, 1e-5));
        return encoder(
                width,
                config.size("input_dim"),
                config.size("output_dim"),
                Repeat.of("layers", config.count("num_layers"), layer));
    }

    private static Block encoder(long width, long input, long output, Block layers) {
        return Sequence.of(
                "",
                Linear.of("input_linear", input, width, true).as(Role.PROJECTION),
                layers,
                Linear.of("out", width, output, true).as(Role.HEAD),
                Linear.of("out_mid", output, width, true).as(Role.PROJECTION));
    }

    private static Block feedForward(Config config, String name) {
        long width = config.size("hidden_dim");
        long inner = Math.multiplyExact(width, config.size("feedforward_mult"));
        return Sequence.of(
                name,
                Norm.layer("pre_norm", width, 1e-5),
                FeedForwards.plain("", width, inner, "silu", true, "up_proj", "down_proj"));
    }

    /// Distances have vectors of their own (arXiv:1803.02155).
    private static Block attention(Config config) {
        long width = config.size("hidden_dim");
        int headCount =
                EncoderLayer.heads(config, width, config.count("num_heads")).headCount();
        long headDim = config.has("dim_head") ? config.size("dim_head") : width / headCount;
        Heads heads = Heads.of(headCount, headCount, headDim);
        List<Part> parts = List.of(
                new Part(Slot.QUERY, Linear.of("to_q", width, heads.queryWidth())),
                new Part(Slot.KEY_VALUE, Linear.of("to_kv", width, heads.keyWidth() + heads.valueWidth())),
                new Part(Slot.OUTPUT, Linear.of("to_out", heads.queryWidth(), width, true)),
                new Part(
                        Slot.POSITION_BIAS,
                        Embedding.positions("rel_pos_emb", 2 * config.size("max_pos_emb") + 1, headDim)));
        return Sequence.of(
                "attn",
                Norm.layer("pre_norm", width, 1e-5),
                Attention.of("", heads, Span.bidirectionalChunk(config.size("context_size")), Rotary.NONE, parts));
    }

    private static Block convolution(Config config) {
        long width = config.size("hidden_dim");
        long inner = Math.multiplyExact(width, config.size("conv_expansion_factor"));
        return Sequence.of(
                "conv",
                Norm.layer("norm", width, 1e-5),
                Convolution.line("up_conv", width, 2 * inner, 1, true),
                Convolution.line("depth_conv.conv", inner, inner, config.size("conv_kernel_size"), false)
                        .grouped(inner),
                Norm.batch("batch_norm", inner),
                Convolution.line("down_conv", inner, width, 1, true));
    }

    private static Block recognizer(Config config) {
        Config encoder = config.part("encoder_config");
        long width = encoder.size("hidden_size");
        Linear head =
                Linear.of("ctc_head", width, config.size("vocab_size"), true).as(Role.HEAD);
        return Sequence.of(
                "",
                Sequence.tower(Tower.AUDIO, "encoder", fifthEncoder(encoder)),
                config.flag("tie_word_embeddings", true) ? new Tied(head, "encoder.out") : head);
    }

    /// The layers numbered in `subsample_layers`, the first two if it is absent, halve the sequence.
    private static Block fifthEncoder(Config config) {
        long width = config.size("hidden_size");
        List<Long> halving = config.has("subsample_layers") ? config.integers("subsample_layers") : List.of(0L, 1L);
        return encoder(
                width,
                Math.multiplyExact(4, config.size("num_mel_bins")),
                config.size("vocab_size"),
                Repeat.of(
                        "layers",
                        config.count("num_hidden_layers"),
                        index -> fifthLayer(config, halving.contains((long) index) ? 2 : 1)));
    }

    private static Block fifthLayer(Config config, long stride) {
        long width = config.size("hidden_size");
        long inner = Math.multiplyExact(width, config.size("conv_expansion_factor"));
        Config own = config.with("num_key_value_heads", config.integer("num_attention_heads"));
        Heads heads = GroupedAttention.heads(own);
        Attention attention = GroupedAttention.of(own)
                .bias(false, true)
                .span(Span.bidirectionalChunk(config.size("context_size")))
                .with(
                        Slot.POSITION_BIAS,
                        Embedding.positions(
                                "rel_pos_emb", 2 * config.size("max_position_embeddings") + 1, heads.headDim()))
                .build();
        Block convolution = Sequence.of(
                "conv",
                Linear.of("pointwise_lin1", width, 2 * inner, true).as(Role.CONVOLUTION),
                Convolution.line("depthwise_conv", inner, inner, config.size("conv_kernel_size"), false)
                        .grouped(inner)
                        .strided(stride),
                Norm.batch("norm", inner),
                Linear.of("pointwise_lin2", inner, width, true).as(Role.CONVOLUTION));
        return Sequence.of(
                "",
                Residual.scaled(
                        0.5, fifthNorm(config, "norm_feed_forward1"), fifthFeedForward(config, "feed_forward1")),
                Residual.of(fifthNorm(config, "norm_self_att"), attention),
                Residual.of(fifthNorm(config, "norm_conv"), convolution),
                Residual.scaled(
                        0.5, fifthNorm(config, "norm_feed_forward2"), fifthFeedForward(config, "feed_forward2")),
                fifthNorm(config, "norm_out"));
    }

    private static FeedForward fifthFeedForward(Config config, String name) {
        return FeedForwards.plain(
                name,
                config.size("hidden_size"),
                config.size("intermediate_size"),
                config.text("hidden_act"),
                config.flag("attention_bias"),
                "linear1",
                "linear2");
    }

    private static Norm fifthNorm(Config config, String name) {
        return Norm.layer(name, config.size("hidden_size"), 1e-5);
    }
}
