package dev.weighbridge.model.family.audio;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;

/// Moonshine (arXiv:2410.15608): three convolutions over the waveform, then an encoder and a decoder with rotary
/// positions.
final class MoonshineFamily {
    private MoonshineFamily() {}

    static Family family() {
        return Family.named("moonshine")
                .architecture(MoonshineFamily::recognition, "MoonshineForConditionalGeneration")
                .architecture(MoonshineFamily::model, "MoonshineModel")
                .backbone(MoonshineFamily::model, "moonshine");
    }

    private static Block recognition(Config config) {
        Head head = Head.of("proj_out", config.size("hidden_size"), config.size("vocab_size"));
        return Sequence.of(
                "", Sequence.of("model", model(config)), TextModel.head(config, head, "model.decoder.embed_tokens"));
    }

    private static Block model(Config config) {
        return Sequence.of("", Sequence.of("encoder", encoder(config)), Sequence.of("decoder", decoder(config)));
    }

    private static Block encoder(Config config) {
        long width = config.size("hidden_size");
        Attention attention = attention(config, "self_attn", "encoder_", Span.bidirectional());
        FeedForward feedForward = FeedForwards.plain(
                "mlp", width, config.size("intermediate_size"), config.text("encoder_hidden_act"), true, "fc1", "fc2");
        Block layer = EncoderLayer.of(
                norm(config, "input_layernorm"), attention, norm(config, "post_attention_layernorm"), feedForward);
        return Sequence.tower(
                Tower.AUDIO,
                "",
                Convolution.line("conv1", 1, width, 127, false).strided(64),
                Norm.group("groupnorm", width),
                Convolution.line("conv2", width, 2 * width, 7, true).strided(3),
                Convolution.line("conv3", 2 * width, width, 3, true).strided(2),
                Repeat.of("layers", config.count("encoder_num_hidden_layers"), layer),
                norm(config, "layer_norm"));
    }

    private static Block decoder(Config config) {
        long width = config.size("hidden_size");
        FeedForward feedForward = FeedForwards.fusedGated(
                "mlp", width, config.size("intermediate_size"), config.text("decoder_hidden_act"), true, "fc1", "fc2");
        Block layer = Sequence.of(
                "",
                Residual.of(norm(config, "input_layernorm"), attention(config, "self_attn", "decoder_", Span.causal())),
                Residual.of(
                        norm(config, "post_attention_layernorm"),
                        attention(config, "encoder_attn", "decoder_", Span.cross())),
                Residual.of(norm(config, "final_layernorm"), feedForward));
        return Sequence.of(
                "",
                Embedding.of("embed_tokens", config.size("vocab_size"), width),
                Repeat.of("layers", config.count("decoder_num_hidden_layers"), layer),
                norm(config, "norm"));
    }

    /// Nine tenths of each head are rotated, in pairs; nothing is where the encoder is read.
    private static Attention attention(Config config, String name, String side, Span span) {
        Config own = config.with("num_attention_heads", config.integer(side + "num_attention_heads"))
                .with(
                        "num_key_value_heads",
                        config.has(side + "num_key_value_heads")
                                ? (Long) config.integer(side + "num_key_value_heads")
                                : null);
        Heads heads = GroupedAttention.heads(own);
        var attention = GroupedAttention.of(own)
                .named(name)
                .bias(config.flag("attention_bias"), false)
                .span(span);
        return span.kind() == Span.Kind.CROSS
                ? attention.build()
                : attention
                        .rotary(Rotaries.of(config, heads.headDim(), "", 10_000, 0.9)
                                .inPairs())
                        .build();
    }

    private static Norm norm(Config config, String name) {
        return Norm.layer(name, config.size("hidden_size"), 1e-5, false);
    }
}
