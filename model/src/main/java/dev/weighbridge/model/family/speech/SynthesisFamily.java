package dev.weighbridge.model.family.speech;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.HifiGan;
import java.util.ArrayList;
import java.util.List;

/// From text to a waveform without tokens: VITS (arXiv:2106.06103) in one model, FastSpeech 2 with Conformer layers
/// (arXiv:2006.04558) to a spectrogram, HiFi-GAN and UnivNet (arXiv:2106.07889) from there.
final class SynthesisFamily {
    private static final int MOST_LAYERS = 32;

    private SynthesisFamily() {}

    static Family family() {
        return Family.named("synthesis")
                .architecture(SynthesisFamily::vits, "VitsModel")
                .backbone(SynthesisFamily::vits, "vits")
                .architecture(SynthesisFamily::fastSpeech, "FastSpeech2ConformerModel")
                .backbone(SynthesisFamily::fastSpeech, "fastspeech2_conformer")
                .architecture(SynthesisFamily::vocoder, "FastSpeech2ConformerHifiGan")
                .backbone(SynthesisFamily::vocoder, "fastspeech2_conformer_hifigan")
                .architecture(
                        config -> Sequence.of(
                                "",
                                Sequence.of("model", fastSpeech(config.part("model_config"))),
                                Sequence.of("vocoder", vocoder(config.part("vocoder_config")))),
                        "FastSpeech2ConformerWithHifiGan")
                .architecture(SynthesisFamily::univNet, "UnivNetModel")
                .backbone(SynthesisFamily::univNet, "univnet");
    }

    // VITS

    private static Block vits(Config config) {
        long width = config.size("hidden_size");
        long flow = config.size("flow_size");
        long speaker = config.size("speaker_embedding_size");
        List<Block> blocks = new ArrayList<>();
        blocks.add(Sequence.tower(
                Tower.ENCODER,
                "text_encoder",
                Embedding.of("embed_tokens", config.size("vocab_size"), width).scaled(Math.sqrt((double) width)),
                Sequence.of("encoder", Repeat.of("layers", config.count("num_hidden_layers"), textLayer(config))),
                Convolution.line("project", width, 2 * flow, 1, true)));
        if (config.count("num_speakers") > 1) {
            blocks.add(Embedding.of("embed_speaker", config.size("num_speakers"), speaker));
        }
        blocks.add(Sequence.of(
                "duration_predictor",
                config.flag("use_stochastic_duration_prediction") ? stochasticDurations(config) : durations(config)));
        blocks.add(Sequence.of(
                "flow",
                Repeat.of(
                        "flows",
                        config.count("prior_encoder_num_flows"),
                        Sequence.of(
                                "",
                                Convolution.line("conv_pre", flow / 2, width, 1, true),
                                waveNet(config, config.count("prior_encoder_num_wavenet_layers")),
                                Convolution.line("conv_post", width, flow / 2, 1, true)))));
        blocks.add(Sequence.tower(
                Tower.CODEC,
                "decoder",
                speaker > 0
                        ? Convolution.line("cond", speaker, config.size("upsample_initial_channel"), 1, true)
                        : Sequence.of(""),
                HifiGan.of(config, flow, false)));
        blocks.add(Sequence.tower(
                Tower.AUDIO,
                "posterior_encoder",
                Convolution.line("conv_pre", config.size("spectrogram_bins"), width, 1, true),
                waveNet(config, config.count("posterior_encoder_num_wavenet_layers")),
                Convolution.line("conv_proj", width, 2 * flow, 1, true)));
        return Sequence.of("", blocks);
    }

    private static Block textLayer(Config config) {
        long width = config.size("hidden_size");
        long inner = config.size("ffn_dim");
        long kernel = config.size("ffn_kernel_size");
        double epsilon = config.number("layer_norm_eps");
        boolean bias = config.flag("use_bias");
        Heads heads = EncoderLayer.heads(config, width, config.count("num_attention_heads"));
        var attention = GroupedAttention.of(width, heads)
                .named("attention")
                .projections("q_proj", "k_proj", "v_proj", "out_proj")
                .bias(bias, bias)
                .span(Span.bidirectional());
        long window = config.size("window_size", 0);
        if (window > 0) {
            attention
                    .with(Slot.POSITION_BIAS, Table.positions("emb_rel_k", 1, 2 * window + 1, heads.headDim()))
                    .with(Slot.POSITION_BIAS, Table.positions("emb_rel_v", 1, 2 * window + 1, heads.headDim()));
        }
        return Sequence.of(
                "",
                Residual.normAfter(attention.build(), Norm.layer("layer_norm", width, epsilon)),
                Residual.normAfter(
                        Sequence.of(
                                "feed_forward",
                                Convolution.line("conv_1", width, inner, kernel, true)
                                        .as(Role.FEED_FORWARD),
                                Convolution.line("conv_2", inner, width, kernel, true)
                                        .as(Role.FEED_FORWARD)),
                        Norm.layer("final_layer_norm", width, epsilon)));
    }

    /// Dilated convolutions with gates, whose outputs are all summed (arXiv:1609.03499).
    private static Block waveNet(Config config, int count) {
        long width = config.size("hidden_size");
        long speaker = config.size("speaker_embedding_size");
        long rate = config.size("wavenet_dilation_rate");
        if (count > MOST_LAYERS) {
            throw config.malformed(
                    "prior_encoder_num_wavenet_layers",
                    "and posterior_encoder_num_wavenet_layers must be at most " + MOST_LAYERS);
        }
        List<Block> blocks = new ArrayList<>();
        if (speaker > 0) {
            blocks.add(Convolution.line("cond_layer", speaker, Math.multiplyExact(2 * width, count), 1, true)
                    .weightNormed(0));
        }
        long dilation = 1;
        for (int i = 0; i < count; i++) {
            blocks.add(Convolution.line("in_layers." + i, width, 2 * width, config.size("wavenet_kernel_size"), true)
                    .dilated(dilation)
                    .weightNormed(0));
            blocks.add(Convolution.line("res_skip_layers." + i, width, i < count - 1 ? 2 * width : width, 1, true)
                    .weightNormed(0));
            dilation = Math.multiplyExact(dilation, rate);
        }
        return Sequence.of("wavenet", blocks);
    }

    /// Durations drawn by normalizing flows with spline couplings (arXiv:1906.04032).
    private static List<Block> stochasticDurations(Config config) {
        long width = config.size("hidden_size");
        long speaker = config.size("speaker_embedding_size");
        Block flows = flows(config, width);
        return List.of(
                Convolution.line("conv_pre", width, width, 1, true),
                speaker > 0 ? Convolution.line("cond", speaker, width, 1, true) : Sequence.of(""),
                separable(config, "conv_dds"),
                Convolution.line("conv_proj", width, width, 1, true),
                Sequence.of("flows", flows),
                Convolution.line("post_conv_pre", 1, width, 1, true),
                separable(config, "post_conv_dds"),
                Convolution.line("post_conv_proj", width, width, 1, true),
                Sequence.of("post_flows", flows));
    }

    private static Block flows(Config config, long width) {
        long channels = config.size("depth_separable_channels");
        long bins = config.size("duration_predictor_flow_bins");
        Block spline = Sequence.of(
                "",
                Convolution.line("conv_pre", channels / 2, width, 1, true),
                separable(config, "conv_dds"),
                Convolution.line("conv_proj", width, Math.multiplyExact(channels / 2, 3 * bins - 1), 1, true));
        return Sequence.of(
                "",
                Sequence.of("0", Table.of("translate", channels, 1), Table.of("log_scale", channels, 1)),
                Repeat.from("", 1, config.count("duration_predictor_num_flows"), _ -> spline));
    }

    private static Block separable(Config config, String name) {
        long width = config.size("hidden_size");
        long kernel = config.size("duration_predictor_kernel_size");
        int count = config.count("depth_separable_num_layers");
        if (count > MOST_LAYERS) {
            throw config.malformed("depth_separable_num_layers", "must be at most " + MOST_LAYERS + ", found " + count);
        }
        List<Block> blocks = new ArrayList<>();
        long dilation = 1;
        for (int i = 0; i < count; i++) {
            blocks.add(Residual.of(
                    Convolution.line("convs_dilated." + i, width, width, kernel, true)
                            .grouped(width)
                            .dilated(dilation),
                    Norm.layer("norms_1." + i, width, 1e-5),
                    Convolution.line("convs_pointwise." + i, width, width, 1, true),
                    Norm.layer("norms_2." + i, width, 1e-5)));
            dilation = Math.multiplyExact(dilation, kernel);
        }
        return Sequence.of(name, blocks);
    }

    private static List<Block> durations(Config config) {
        long width = config.size("hidden_size");
        long inner = config.size("duration_predictor_filter_channels");
        long kernel = config.size("duration_predictor_kernel_size");
        long speaker = config.size("speaker_embedding_size");
        double epsilon = config.number("layer_norm_eps");
        return List.of(
                speaker > 0 ? Convolution.line("cond", speaker, width, 1, true) : Sequence.of(""),
                Convolution.line("conv_1", width, inner, kernel, true),
                Norm.layer("norm_1", inner, epsilon),
                Convolution.line("conv_2", inner, inner, kernel, true),
                Norm.layer("norm_2", inner, epsilon),
                Convolution.line("proj", inner, 1, 1, true));
    }

    // FastSpeech 2

    private static Block fastSpeech(Config config) {
        long width = config.size("hidden_size");
        List<Block> blocks = new ArrayList<>();
        if (config.count("num_languages", 0) > 1) {
            blocks.add(Embedding.of("language_id_embedding", config.size("num_languages"), width));
        }
        if (config.count("num_speakers", 0) > 1) {
            blocks.add(Embedding.of("speaker_id_embedding", config.size("num_speakers"), width));
        }
        long speaker = config.size("speaker_embed_dim", 0);
        if (speaker > 0) {
            blocks.add(Linear.of("projection", width + speaker, width, true).as(Role.PROJECTION));
        }
        blocks.add(Sequence.tower(
                Tower.ENCODER,
                "encoder",
                Embedding.of("embed", config.size("vocab_size"), width),
                Repeat.of("conformer_layers", config.count("encoder_layers"), conformer(config, "encoder_"))));
        blocks.add(predictor(config, "duration"));
        blocks.add(predictor(config, "pitch"));
        blocks.add(Convolution.line("pitch_embed.conv", 1, width, config.size("pitch_embed_kernel_size"), true));
        blocks.add(predictor(config, "energy"));
        blocks.add(Convolution.line("energy_embed.conv", 1, width, config.size("energy_embed_kernel_size"), true));
        blocks.add(Sequence.of(
                "decoder",
                Repeat.of("conformer_layers", config.count("decoder_layers"), conformer(config, "decoder_"))));
        blocks.add(postnet(config));
        return Sequence.of("", blocks);
    }

    /// Convolutions take the place of the matrices of the feed-forwards.
    private static Block conformer(Config config, String side) {
        long width = config.size("hidden_size");
        boolean first = config.flag(side + "normalize_before");
        boolean macaron = config.flag("use_macaron_style_in_conformer");
        boolean convolves = config.flag("use_cnn_in_conformer");
        Heads heads = EncoderLayer.heads(config, width, config.count(side + "num_attention_heads"));
        Attention attention = GroupedAttention.of(width, heads)
                .projections("linear_q", "linear_k", "linear_v", "linear_out")
                .bias(true, true)
                .span(Span.bidirectional())
                .with(Slot.POSITION_BIAS, Linear.of("linear_pos", width, width))
                .with(Slot.POSITION_BIAS, Table.of("pos_bias_u", heads.headCount(), heads.headDim()))
                .with(Slot.POSITION_BIAS, Table.of("pos_bias_v", heads.headCount(), heads.headDim()))
                .build();
        List<Block> blocks = new ArrayList<>();
        if (macaron) {
            blocks.add(branch(
                    first, 0.5, "ff_macaron_layer_norm", width, feedForward(config, side, "feed_forward_macaron")));
        }
        Block mixed = config.flag(side + "concat_after")
                ? Sequence.of("", attention, Linear.of("concat_linear", 2 * width, width, true))
                : attention;
        blocks.add(branch(first, 1, "self_attn_layer_norm", width, mixed));
        if (convolves) {
            boolean bias = config.flag("convolution_bias");
            Block convolution = Sequence.of(
                    "conv_module",
                    Convolution.line("pointwise_conv1", width, 2 * width, 1, bias),
                    Convolution.line("depthwise_conv", width, width, config.size(side + "kernel_size"), bias)
                            .grouped(width),
                    Norm.batch("norm", width),
                    Convolution.line("pointwise_conv2", width, width, 1, bias));
            blocks.add(branch(first, 1, "conv_layer_norm", width, convolution));
        }
        blocks.add(branch(first, macaron ? 0.5 : 1, "ff_layer_norm", width, feedForward(config, side, "feed_forward")));
        if (convolves) {
            blocks.add(Norm.layer("final_layer_norm", width, 1e-5));
        }
        return Sequence.of("", blocks);
    }

    private static Block branch(boolean normFirst, double scale, String norm, long width, Block block) {
        Norm layerNorm = Norm.layer(norm, width, 1e-5);
        return normFirst
                ? Residual.scaled(scale, layerNorm, block)
                : new Residual(List.of(block, layerNorm), true, scale);
    }

    private static Block feedForward(Config config, String side, String name) {
        long width = config.size("hidden_size");
        long inner = config.size(side + "linear_units");
        long kernel = config.size("positionwise_conv_kernel_size");
        return Sequence.of(
                name,
                Convolution.line("conv1", width, inner, kernel, true).as(Role.FEED_FORWARD),
                Convolution.line("conv2", inner, width, kernel, true).as(Role.FEED_FORWARD));
    }

    private static Block predictor(Config config, String what) {
        long width = config.size("hidden_size");
        long channels = config.size(what + "_predictor_channels");
        long kernel = config.size(what + "_predictor_kernel_size");
        return Sequence.of(
                what + "_predictor",
                Repeat.of(
                        "conv_layers",
                        config.count(what + "_predictor_layers"),
                        i -> Sequence.of(
                                "",
                                Convolution.line("conv", i == 0 ? width : channels, channels, kernel, true),
                                Norm.layer("layer_norm", channels, 1e-5))),
                Linear.of("linear", channels, 1, true));
    }

    private static Block postnet(Config config) {
        long width = config.size("hidden_size");
        long bins = config.size("num_mel_bins");
        long units = config.size("speech_decoder_postnet_units");
        long kernel = config.size("speech_decoder_postnet_kernel");
        int count = config.count("speech_decoder_postnet_layers");
        return Sequence.of(
                "speech_decoder_postnet",
                Linear.of("feat_out", width, Math.multiplyExact(bins, config.size("reduction_factor")), true)
                        .as(Role.HEAD),
                Repeat.of("layers", count, i -> {
                    long out = i == count - 1 ? bins : units;
                    return Sequence.of(
                            "",
                            Convolution.line("conv", i == 0 ? bins : units, out, kernel, false),
                            Norm.batch("batch_norm", out));
                }));
    }

    private static Block vocoder(Config config) {
        Config full = config.has("resblock_dilation_sizes")
                ? config
                : config.with(
                        "resblock_dilation_sizes",
                        List.of(List.of(1L, 3L, 5L), List.of(1L, 3L, 5L), List.of(1L, 3L, 5L)));
        long bins = config.size("model_in_dim");
        return Sequence.tower(
                Tower.CODEC, "", Table.buffer("mean", bins), Table.buffer("scale", bins), HifiGan.of(full, bins, true));
    }

    // UnivNet

    private static Block univNet(Config config) {
        long channels = config.size("model_hidden_channels");
        List<Long> strides = config.integers("resblock_stride_sizes");
        long[] kernels = config.sizes("resblock_kernel_sizes", strides.size());
        return Sequence.tower(
                Tower.CODEC,
                "",
                Convolution.line("conv_pre", config.size("model_in_channels"), channels, 7, true),
                Repeat.of("resblocks", strides.size(), i -> variable(config, i, strides.get(i), kernels[i])),
                Convolution.line("conv_post", channels, 1, 7, true));
    }

    /// Convolutions whose kernels another network predicts from the spectrogram at each place.
    private static Block variable(Config config, int stage, long stride, long kernel) {
        long channels = config.size("model_hidden_channels");
        long inner = config.size("kernel_predictor_hidden_channels");
        long read = config.size("model_in_channels");
        long size = config.size("kernel_predictor_conv_size");
        List<Long> dilations = HifiGan.dilations(config, stage);
        long biases = Math.multiplyExact(2 * channels, dilations.size());
        long weights = Math.multiplyExact(Math.multiplyExact(channels, kernel), biases);
        return Sequence.of(
                "",
                Convolution.line("convt_pre", channels, channels, 2 * stride, true)
                        .widening()
                        .strided(stride),
                Sequence.of(
                        "kernel_predictor",
                        Convolution.line("input_conv", config.size("num_mel_bins"), inner, 5, true),
                        Repeat.of(
                                "resblocks",
                                config.count("kernel_predictor_num_blocks"),
                                Residual.of(
                                        Convolution.line("conv1", read, read, size, true),
                                        Convolution.line("conv2", read, read, size, true))),
                        Convolution.line("kernel_conv", inner, weights, size, true),
                        Convolution.line("bias_conv", inner, biases, size, true)),
                Repeat.of(
                        "resblocks",
                        dilations.size(),
                        i -> Convolution.line("conv", channels, channels, kernel, true)
                                .dilated(dilations.get(i))));
    }
}
