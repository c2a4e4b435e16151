package dev.weighbridge.model.family.audio;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Head;
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
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Lstm;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// NVIDIA's recognition models on the Fast Conformer (arXiv:2305.05084): Parakeet with characters, a transducer
/// (arXiv:1211.3711) or one that also predicts durations (arXiv:2304.06795), Nemotron's streaming transducers, Canary
/// (arXiv:2406.19674) with a decoder, and Cohere's recognizer after it.
final class ParakeetFamily {
    private ParakeetFamily() {}

    static Family family() {
        return Family.named("parakeet")
                .architecture(ParakeetFamily::encoder, "ParakeetEncoder")
                .backbone(ParakeetFamily::encoder, "parakeet_encoder")
                .architecture(ParakeetFamily::streamingEncoder, "NemotronAsrStreamingEncoder")
                .backbone(ParakeetFamily::streamingEncoder, "nemotron_asr_streaming_encoder")
                .composite(ParakeetFamily::characters, "ParakeetForCTC", "LasrForCTC")
                .composite(
                        (config, families) -> transducer(config, families, 0),
                        "ParakeetForRNNT",
                        "NemotronAsrStreamingForRNNT")
                .composite(
                        (config, families) -> transducer(
                                config, families, config.items("durations").size()),
                        "ParakeetForTDT")
                .composite(ParakeetFamily::prompted, "Nemotron3_5AsrForRNNT")
                .composite(ParakeetFamily::canary, "CanaryForConditionalGeneration")
                .architecture(ParakeetFamily::cohere, "CohereAsrForConditionalGeneration")
                .architecture(ParakeetFamily::medical, "LasrEncoder")
                .backbone(ParakeetFamily::medical, "lasr_encoder");
    }

    private static Block encoder(Config config) {
        return new FastConformer(config, FastConformer.Names.USUAL, false).block();
    }

    private static Block streamingEncoder(Config config) {
        return new FastConformer(config, FastConformer.Names.USUAL, true).block();
    }

    private static Sequence tower(Config encoder, Families families) {
        return Sequence.tower(Tower.AUDIO, "encoder", families.backbone(encoder));
    }

    private static Block characters(Config config, Families families) {
        Config encoder = config.part("encoder_config");
        return Sequence.of(
                "",
                tower(encoder, families),
                Convolution.line("ctc_head", encoder.size("hidden_size"), config.size("vocab_size"), 1, true)
                        .as(Role.HEAD));
    }

    /// A recurrent predictor of the next label, joined with the encoder's output frame by frame.
    private static Block transducer(Config config, Families families, int durations) {
        Config encoder = config.part("encoder_config");
        long width = config.size("decoder_hidden_size");
        long vocabulary = config.size("vocab_size");
        return Sequence.of(
                "",
                tower(encoder, families),
                Linear.of("encoder_projector", encoder.size("hidden_size"), width, true)
                        .as(Role.PROJECTION),
                Sequence.of(
                        "decoder",
                        Embedding.of("embedding", vocabulary, width),
                        Lstm.of("lstm", width, width, config.count("num_decoder_layers")),
                        Linear.of("decoder_projector", width, width, true).as(Role.PROJECTION)),
                Sequence.of(
                        "joint", Head.of("head", width, vocabulary + durations).biased()));
    }

    /// The language that is spoken joins the encoder's output.
    private static Block prompted(Config config, Families families) {
        long width = config.part("encoder_config").size("hidden_size");
        long inner = config.size("prompt_intermediate_size");
        return Sequence.of(
                "",
                transducer(config, families, 0),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "prompt_projector",
                        Linear.of("linear_1", width + config.size("num_prompts"), inner, true)
                                .as(Role.PROJECTION),
                        Linear.of("linear_2", inner, width, true).as(Role.PROJECTION)));
    }

    private static Block canary(Config config, Families families) {
        Config decoder = config.part("decoder_config");
        long width = decoder.size("hidden_size");
        long vocabulary = decoder.size("vocab_size");
        Block layer = Sequence.of(
                "",
                Residual.of(norm(decoder, "input_layernorm"), attention(decoder, "self_attn", Span.causal())),
                Residual.of(
                        norm(decoder, "post_attention_layernorm"), attention(decoder, "encoder_attn", Span.cross())),
                Residual.of(
                        norm(decoder, "final_layernorm"),
                        FeedForwards.plain(
                                "mlp",
                                width,
                                decoder.size("intermediate_size"),
                                decoder.text("hidden_act"),
                                true,
                                "fc1",
                                "fc2")));
        return Sequence.of(
                "",
                Sequence.of(
                        "model",
                        tower(config.part("encoder_config"), families),
                        Sequence.of(
                                "decoder",
                                Embedding.of("embed_tokens", vocabulary, width),
                                norm(decoder, "embedding_layernorm"),
                                Repeat.of("layers", decoder.count("num_hidden_layers"), layer),
                                norm(decoder, "norm"))),
                TextModel.head(config, Head.of("proj_out", width, vocabulary).biased(), "model.decoder.embed_tokens"));
    }

    private static Attention attention(Config config, String name, Span span) {
        boolean bias = config.flag("attention_bias");
        return GroupedAttention.of(config)
                .named(name)
                .bias(bias, bias)
                .span(span)
                .build();
    }

    /// Canary's structure in NeMo's names, with a matrix between encoder and decoder.
    private static Block cohere(Config config) {
        Config encoder = config.part("encoder_config");
        long width = config.size("hidden_size");
        long vocabulary = config.size("vocab_size");
        Block layer = Sequence.of(
                "",
                Residual.of(norm(config, "layer_norm_1"), cohereAttention(config, "first_sub_layer", Span.causal())),
                Residual.of(norm(config, "layer_norm_2"), cohereAttention(config, "second_sub_layer", Span.cross())),
                Residual.of(
                        norm(config, "layer_norm_3"),
                        FeedForwards.plain(
                                "third_sub_layer",
                                width,
                                config.size("intermediate_size"),
                                config.text("hidden_act"),
                                true,
                                "dense_in",
                                "dense_out")));
        return Sequence.of(
                "",
                Sequence.of(
                        "model",
                        Sequence.tower(
                                Tower.AUDIO,
                                "encoder",
                                new FastConformer(encoder, FastConformer.Names.NEMO, false).block()),
                        Linear.of("encoder_decoder_proj", encoder.size("hidden_size"), width, true)
                                .as(Role.PROJECTION),
                        Sequence.of(
                                "transf_decoder",
                                Sequence.of(
                                        "_embedding",
                                        Embedding.of("token_embedding", vocabulary, width),
                                        Table.positions(
                                                "position_embedding.pos_enc",
                                                config.size("max_position_embeddings"),
                                                width),
                                        norm(config, "layer_norm")),
                                Sequence.of(
                                        "_decoder",
                                        Repeat.of("layers", config.count("num_hidden_layers"), layer),
                                        norm(config, "final_layer_norm")))),
                TextModel.head(
                        config,
                        Head.of("log_softmax.mlp.layer0", width, vocabulary).biased(),
                        "model.transf_decoder._embedding.token_embedding"));
    }

    private static Attention cohereAttention(Config config, String name, Span span) {
        boolean bias = config.flag("attention_bias");
        return GroupedAttention.of(config)
                .named(name)
                .projections("query_net", "key_net", "value_net", "out_projection")
                .bias(bias, bias)
                .span(span)
                .build();
    }

    private static Norm norm(Config config, String name) {
        return Norm.layer(name, config.size("hidden_size"), 1e-5);
    }

    /// Google's medical recognizer (LASR): rotary positions, norms without shift, residuals of unequal weights.
    private static Block medical(Config config) {
        long width = config.size("hidden_size");
        double[] feedForwardWeights = weights(config, "feed_forward_residual_weights");
        double[] convolutionWeights = weights(config, "conv_residual_weights");
        boolean bias = config.flag("attention_bias");
        Attention attention = GroupedAttention.of(config)
                .bias(bias, bias)
                .span(Span.bidirectional())
                .rotary(config)
                .build();
        Block layer = Sequence.of(
                "",
                Residual.weighted(
                        feedForwardWeights[0],
                        feedForwardWeights[1],
                        medicalNorm(config, "norm_feed_forward1"),
                        medicalFeedForward(config, "feed_forward1")),
                Residual.of(medicalNorm(config, "norm_self_att"), attention),
                Residual.weighted(
                        convolutionWeights[0],
                        convolutionWeights[1],
                        medicalNorm(config, "norm_conv"),
                        medicalConvolution(config)),
                Residual.weighted(
                        feedForwardWeights[0],
                        feedForwardWeights[1],
                        medicalNorm(config, "norm_feed_forward2"),
                        medicalFeedForward(config, "feed_forward2")),
                medicalNorm(config, "norm_out"));
        long channels = config.size("subsampling_conv_channels");
        long kernel = config.size("subsampling_conv_kernel_size");
        long stride = config.size("subsampling_conv_stride");
        return Sequence.tower(
                Tower.AUDIO,
                "",
                Sequence.of(
                        "subsampler",
                        Linear.of("dense_0", config.size("num_mel_bins"), width, true)
                                .as(Role.PROJECTION),
                        Convolution.line("conv_0", width, width, kernel, true).strided(stride),
                        Convolution.line("conv_1", width, channels, kernel, true)
                                .strided(stride),
                        Linear.of("dense_1", channels, width, true).as(Role.PROJECTION)),
                Repeat.of("layers", config.count("num_hidden_layers"), layer),
                medicalNorm(config, "out_norm"));
    }

    private static double[] weights(Config config, String field) {
        List<Double> weights = config.numbers(field);
        if (weights.size() != 2) {
            throw config.malformed(field, "must hold two weights, found " + weights.size());
        }
        return new double[] {weights.get(0), weights.get(1)};
    }

    private static FeedForward medicalFeedForward(Config config, String name) {
        return FeedForwards.plain(
                name,
                config.size("hidden_size"),
                config.size("intermediate_size"),
                config.text("hidden_act"),
                config.flag("attention_bias"),
                "linear1",
                "linear2");
    }

    private static Block medicalConvolution(Config config) {
        long width = config.size("hidden_size");
        boolean bias = config.flag("convolution_bias");
        return Sequence.of(
                "conv",
                Convolution.line("pointwise_conv1", width, 2 * width, 1, bias),
                Convolution.line("depthwise_conv", width, width, config.size("conv_kernel_size"), bias)
                        .grouped(width),
                Norm.batch("norm", width),
                Convolution.line("pointwise_conv2", width, width, 1, bias));
    }

    private static Norm medicalNorm(Config config, String name) {
        return Norm.layer(name, config.size("hidden_size"), config.number("layer_norm_eps"), false);
    }
}
