package dev.weighbridge.model.family.speech;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;

/// CLVP, the parts of Tortoise (arXiv:2305.07243): a decoder that writes speech tokens for a text in a given voice, and
/// two
/// encoders that judge which of several fits the text best.
final class ClvpFamily {
    private ClvpFamily() {}

    static Family family() {
        return Family.named("clvp").architecture(ClvpFamily::joined, "ClvpModelForConditionalGeneration");
    }

    private static Block joined(Config config) {
        Config decoder = config.part("decoder_config");
        return Sequence.of(
                "",
                Table.of("logit_scale"),
                conditioning(decoder, config.part("text_config").size("vocab_size")),
                Sequence.of("speech_decoder_model", decoder(decoder)),
                Sequence.tower(Tower.ENCODER, "text_encoder_model", encoder(config.part("text_config"))),
                Sequence.tower(Tower.AUDIO, "speech_encoder_model", encoder(config.part("speech_config"))));
    }

    /// A voice as one vector: attention over the frames of a sample.
    private static Block conditioning(Config config, long textTokens) {
        long width = config.size("hidden_size");
        int count = config.count("num_mel_attn_blocks");
        return Sequence.tower(
                Tower.AUDIO,
                "conditioning_encoder",
                Embedding.of("text_token_embedding", textTokens, width),
                Embedding.positions("text_position_embedding", config.size("max_text_tokens"), width),
                Convolution.line("mel_conv", config.size("feature_size"), width, 1, true),
                Repeat.of("group_norms", count, Norm.group("", width)),
                Repeat.of("mel_attn_blocks", count, attention(config, "", Span.bidirectional(), Rotary.NONE)));
    }

    private static Attention attention(Config config, String name, Span span, Rotary rotary) {
        long width = config.size("hidden_size");
        return GroupedAttention.of(width, EncoderLayer.heads(config, width, config.count("num_attention_heads")))
                .named(name)
                .projections("q_proj", "k_proj", "v_proj", "out_proj")
                .bias(config.flag("use_attention_bias"), true)
                .span(span)
                .rotary(rotary)
                .build();
    }

    private static Block decoder(Config config) {
        long width = config.size("hidden_size");
        double epsilon = config.number("layer_norm_epsilon");
        long inner = config.has("n_inner") ? config.size("n_inner") : 4 * width;
        FeedForward feedForward = FeedForwards.plain(
                "mlp",
                config.text("activation_function"),
                Linear.of("c_fc", width, inner, true).storedInputFirst(),
                Linear.of("c_proj", inner, width, true).storedInputFirst());
        Block layer = EncoderLayer.of(
                Norm.layer("input_layernorm", width, epsilon),
                attention(config, "attn", Span.causal(), Rotary.NONE),
                Norm.layer("post_attention_layernorm", width, epsilon),
                feedForward);
        return Sequence.of(
                "",
                Sequence.of(
                        "model.decoder",
                        Embedding.of("input_embeds_layer", config.size("vocab_size"), width),
                        Embedding.positions("position_embeds_layer", config.size("max_position_embeddings"), width),
                        Repeat.of("layers", config.count("num_hidden_layers"), layer),
                        Norm.layer("layer_norm", width, epsilon)),
                Norm.layer("final_norm", width, 1e-5),
                Head.of("lm_head", width, config.size("vocab_size")).biased());
    }

    private static Block encoder(Config config) {
        long width = config.size("hidden_size");
        long inner = config.size("intermediate_size");
        double epsilon = config.number("layer_norm_eps");
        boolean rotary = config.flag("use_rotary_embedding", true);
        long headCount = EncoderLayer.heads(config, width, config.count("num_attention_heads"))
                .headCount();
        long rotated = Math.max(config.size("projection_dim") / (2 * headCount), 32);
        FeedForward feedForward =
                FeedForwards.fusedGated("mlp", width, inner, config.text("hidden_act"), true, "fc1.proj", "fc2");
        Block layer = EncoderLayer.of(
                Norm.rms("input_rmsnorm", width, epsilon),
                attention(config, "self_attn", Span.bidirectional(), rotary ? Rotary.of(10_000, rotated) : Rotary.NONE),
                Norm.rms("post_attention_rmsnorm", width, epsilon),
                feedForward);
        return Sequence.of(
                "",
                Embedding.of("token_embedding", config.size("vocab_size"), width),
                rotary ? Table.buffer("rotary_pos_emb.inv_freq", (rotated + 1) / 2) : Sequence.of(""),
                Repeat.of("layers", config.count("num_hidden_layers"), layer),
                summary(config, width),
                Norm.layer("final_layer_norm", width, epsilon),
                Linear.of("projection", width, config.size("projection_dim")).as(Role.PROJECTION));
    }

    private static Block summary(Config config, long width) {
        if (!config.flag("summary_use_proj")) {
            return Sequence.of("");
        }
        long labels = Classifier.labels(config);
        boolean toLabels = config.flag("summary_proj_to_labels") && labels > 0;
        return Linear.of("sequence_summary.summary", width, toLabels ? labels : width, true)
                .as(Role.PROJECTION);
    }
}
