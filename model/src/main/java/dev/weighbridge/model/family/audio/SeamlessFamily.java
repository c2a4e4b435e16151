package dev.weighbridge.model.family.audio;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BartLayer;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.HifiGan;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// SeamlessM4T (arXiv:2308.11596) and its second version (arXiv:2312.05187): a Conformer for speech and a transformer
/// for
/// text read into one decoder; its output becomes acoustic units, in version 2 all at once, and these a waveform.
final class SeamlessFamily {
    private SeamlessFamily() {}

    static Family family() {
        Family family = Family.named("seamless");
        members(family, "SeamlessM4T", false);
        members(family, "SeamlessM4Tv2", true);
        return family.backbone(config -> model(config, false, true, true, true), "seamless_m4t")
                .backbone(config -> model(config, true, true, true, true), "seamless_m4t_v2");
    }

    private static void members(Family family, String prefix, boolean second) {
        family.architecture(config -> model(config, second, true, true, true), prefix + "Model")
                .architecture(config -> model(config, second, true, false, false), prefix + "ForTextToText")
                .architecture(config -> model(config, second, false, true, false), prefix + "ForSpeechToText")
                .architecture(config -> model(config, second, true, false, true), prefix + "ForTextToSpeech")
                .architecture(config -> model(config, second, false, true, true), prefix + "ForSpeechToSpeech");
    }

    private static Block model(Config config, boolean second, boolean readsText, boolean readsSpeech, boolean speaks) {
        long width = config.size("hidden_size");
        long vocabulary = config.size("vocab_size");
        List<Block> blocks = new ArrayList<>();
        blocks.add(Embedding.of("shared", vocabulary, width).scaled(embeddingScale(config)));
        if (readsText) {
            blocks.add(Sequence.tower(
                    Tower.ENCODER, "text_encoder", sharedEmbedding(config), encoder(config, "encoder_")));
        }
        if (readsSpeech) {
            blocks.add(Sequence.tower(Tower.AUDIO, "speech_encoder", speechEncoder(config, second)));
        }
        blocks.add(Sequence.of("text_decoder", sharedEmbedding(config), decoder(config, "decoder_")));
        blocks.add(TextModel.head(config, Head.of("lm_head", width, vocabulary), "shared"));
        if (speaks) {
            blocks.add(Sequence.of("t2u_model", units(config, second)));
            blocks.add(vocoder(config));
        }
        return Sequence.of("", blocks);
    }

    private static double embeddingScale(Config config) {
        return config.flag("scale_embedding") ? Math.sqrt((double) config.size("hidden_size")) : 1;
    }

    private static Block sharedEmbedding(Config config) {
        Embedding embedding = Embedding.of("embed_tokens", config.size("vocab_size"), config.size("hidden_size"))
                .scaled(embeddingScale(config));
        return config.flag("tie_word_embeddings", true) ? new Tied(embedding, "shared") : embedding;
    }

    private static Block speechEncoder(Config config, boolean second) {
        long width = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps");
        int headCount = EncoderLayer.heads(config, width, config.count("speech_encoder_attention_heads"))
                .headCount();
        var layer = new ConformerLayer(
                width,
                headCount,
                config.size("speech_encoder_intermediate_size"),
                config.text("speech_encoder_hidden_act"),
                1e-5,
                config.text("position_embeddings_type", "none"),
                config.size("left_max_position_embeddings", 0) + config.size("right_max_position_embeddings", 0) + 1,
                config.number("rotary_embedding_base", 10_000),
                config.size("conv_depthwise_kernel_size"),
                second);
        boolean rotary = layer.positions().equals("rotary") && !second;
        List<Block> blocks = new ArrayList<>();
        blocks.add(Waveform.projection(config, config.size("feature_projection_input_dim")));
        blocks.add(Sequence.of(
                "encoder",
                rotary ? Table.buffer("embed_positions.inv_freq", (width / headCount + 1) / 2) : Sequence.of(""),
                Repeat.of("layers", config.count("speech_encoder_layers"), layer.block()),
                Norm.layer("layer_norm", width, epsilon)));
        blocks.add(Residual.scaled(0.5, layer.feedForward("intermediate_ffn", "relu")));
        if (config.flag("add_adapter")) {
            blocks.add(Sequence.of(
                    "adapter",
                    Repeat.of(
                            "layers",
                            config.count("num_adapter_layers"),
                            layer.adapter(config.size("adaptor_kernel_size"), config.size("adaptor_stride"), "relu"))));
        }
        blocks.add(Norm.layer("inner_layer_norm", width, 1e-5));
        return Sequence.of("", blocks);
    }

    private static Block encoder(Config config, String prefix) {
        var layer = layer(config, prefix);
        Block block = Sequence.of(
                "",
                layer.around(layer.attention("self_attn", Span.bidirectional()), "self_attn_layer_norm"),
                layer.around(feedForward(layer), "ffn_layer_norm"));
        return Sequence.of("", Repeat.of("layers", config.count(prefix + "layers"), block), layer.norm("layer_norm"));
    }

    private static Block decoder(Config config, String prefix) {
        var layer = layer(config, prefix);
        Block block = Sequence.of(
                "",
                layer.around(layer.attention("self_attn", Span.causal()), "self_attn_layer_norm"),
                layer.around(layer.attention("cross_attention", Span.cross()), "cross_attention_layer_norm"),
                layer.around(feedForward(layer), "ffn_layer_norm"));
        return Sequence.of("", Repeat.of("layers", config.count(prefix + "layers"), block), layer.norm("layer_norm"));
    }

    private static BartLayer layer(Config config, String prefix) {
        long width = config.size("hidden_size");
        int headCount = EncoderLayer.heads(config, width, config.count(prefix + "attention_heads"))
                .headCount();
        return BartLayer.of(
                width, headCount, config.size(prefix + "ffn_dim"), config.text("activation_function"), true);
    }

    private static FeedForward feedForward(BartLayer layer) {
        return FeedForwards.plain(
                "ffn", layer.hiddenSize(), layer.feedForwardSize(), layer.activation(), true, "fc1", "fc2");
    }

    /// From the text decoder's output to acoustic units.
    private static Block units(Config config, boolean second) {
        long width = config.size("hidden_size");
        long vocabulary = config.size("t2u_vocab_size");
        Block embedding = Embedding.of("embed_tokens", vocabulary, width).scaled(embeddingScale(config));
        Block decoder = second
                ? Sequence.of("decoder", embedding, unitDecoder(config))
                : Sequence.of("decoder", embedding, decoder(config, "t2u_decoder_"));
        return Sequence.of(
                "",
                Sequence.of("model", Sequence.of("encoder", encoder(config, "t2u_encoder_")), decoder),
                TextModel.head(config, Head.of("lm_head", width, vocabulary), "model.decoder.embed_tokens"));
    }

    /// All units at once: characters with predicted durations, then layers whose feed-forward is two convolutions.
    private static Block unitDecoder(Config config) {
        long width = config.size("hidden_size");
        var layer = layer(config, "t2u_decoder_");
        Block block = Sequence.of(
                "",
                Residual.normAfter(
                        layer.attention("self_attn", Span.bidirectional()), layer.norm("self_attn_layer_norm")),
                Residual.normAfter(
                        Convolution.line("conv1", width, width, 7, true),
                        Convolution.line("conv2", width, width, 7, true),
                        layer.norm("conv_layer_norm")));
        return Sequence.of(
                "",
                Embedding.of("embed_char", config.size("char_vocab_size"), width),
                Table.of("pos_emb_alpha_char", 1),
                Table.of("pos_emb_alpha", 1),
                durations(
                        "duration_predictor",
                        config.size("t2u_variance_predictor_embed_dim"),
                        config.size("t2u_variance_predictor_hidden_dim"),
                        config.size("t2u_variance_predictor_kernel_size")),
                Repeat.of("layers", config.count("t2u_decoder_layers"), block),
                layer.norm("layer_norm"));
    }

    /// How long each unit lasts (FastSpeech 2, arXiv:2006.04558, section 2.3).
    private static Block durations(String name, long width, long inner, long kernel) {
        return Sequence.of(
                name,
                Convolution.line("conv1", width, inner, kernel, true),
                Norm.layer("ln1", inner, 1e-5),
                Convolution.line("conv2", inner, inner, kernel, true),
                Norm.layer("ln2", inner, 1e-5),
                Linear.of("proj", inner, 1, true));
    }

    /// Units, speaker and language to a waveform.
    private static Block vocoder(Config config) {
        long unit = config.size("unit_embed_dim");
        long language = config.size("lang_embed_dim");
        long speaker = config.size("spkr_embed_dim");
        return Sequence.tower(
                Tower.CODEC,
                "vocoder",
                durations("dur_predictor", unit, unit, config.size("variance_predictor_kernel_size")),
                Embedding.of("unit_embedding", config.size("unit_hifi_gan_vocab_size"), unit),
                Embedding.of("speaker_embedding", config.size("vocoder_num_spkrs"), speaker),
                Embedding.of("language_embedding", config.size("vocoder_num_langs"), language),
                Sequence.of("hifi_gan", HifiGan.of(config, unit + language + speaker, true)));
    }
}
