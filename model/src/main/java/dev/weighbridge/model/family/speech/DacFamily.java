package dev.weighbridge.model.family.speech;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
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
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// The Descript audio codec (arXiv:2306.06546) and codecs with its convolutions and periodic activations in them:
/// X-Codec
/// (arXiv:2408.17175) and Higgs Audio's tokenizer after it, X-Codec 2 (arXiv:2502.04128), NeuCodec.
final class DacFamily {
    private static final int MOST_STAGES = 32;

    private DacFamily() {}

    static Family family() {
        return Family.named("dac")
                .architecture(DacFamily::model, "DacModel")
                .backbone(DacFamily::model, "dac")
                .composite(DacFamily::meaning, "XcodecModel")
                .compositeBackbone(DacFamily::meaning, "xcodec")
                .composite((config, families) -> scalar(config, families, hop(config)), "Xcodec2Model")
                .compositeBackbone((config, families) -> scalar(config, families, hop(config)), "xcodec2")
                .composite((config, families) -> scalar(config, families, resampledHop(config)), "NeuCodecModel")
                .compositeBackbone((config, families) -> scalar(config, families, resampledHop(config)), "neucodec");
    }

    private static Block model(Config config) {
        long width = latent(config);
        long inner = config.size("codebook_dim");
        Block quantizer = Sequence.of(
                "",
                Convolution.line("in_proj", width, inner, 1, true),
                Embedding.of("codebook", config.size("codebook_size"), inner),
                Convolution.line("out_proj", inner, width, 1, true));
        return Sequence.tower(
                Tower.CODEC,
                "",
                encoder(config, "encoder", latent(config), false),
                Sequence.of("quantizer", Repeat.of("quantizers", config.count("n_codebooks"), quantizer)),
                decoder(config, "decoder"));
    }

    private static List<Long> ratios(Config config) {
        List<Long> ratios = config.integers("downsampling_ratios");
        if (ratios.isEmpty() || ratios.size() > MOST_STAGES || ratios.stream().anyMatch(ratio -> ratio <= 0)) {
            throw config.malformed("downsampling_ratios", "must hold 1 to " + MOST_STAGES + " positive ratios");
        }
        return ratios;
    }

    private static long hop(Config config) {
        return ratios(config).stream().reduce(1L, Math::multiplyExact);
    }

    private static long resampledHop(Config config) {
        return (long) (hop(config) * config.number("output_sampling_rate") / config.number("input_sampling_rate"));
    }

    /// Width of what the encoder yields: as given, else as wide as its last stage.
    static long latent(Config config) {
        return config.has("hidden_size")
                ? config.size("hidden_size")
                : config.size("encoder_hidden_size") << ratios(config).size();
    }

    /// The encoder alone.
    ///
    /// @param beta whether the periodic activations learn their size too
    static Block encoder(Config config, String name, long out, boolean beta) {
        List<Long> ratios = ratios(config);
        long width = config.size("encoder_hidden_size");
        long last = width << ratios.size();
        return Sequence.of(
                name,
                Convolution.line("conv1", 1, width, 7, true),
                Repeat.of("block", ratios.size(), i -> {
                    long in = width << i;
                    return Sequence.of(
                            "",
                            units(in, beta),
                            snake("snake1", in, beta),
                            Convolution.line("conv1", in, 2 * in, 2 * ratios.get(i), true)
                                    .strided(ratios.get(i)));
                }),
                snake("snake1", last, beta),
                Convolution.line("conv2", last, out, 3, true));
    }

    private static Block decoder(Config config, String name) {
        List<Long> given = config.integers("upsampling_ratios");
        List<Long> ratios = given.isEmpty() ? ratios(config).reversed() : given;
        if (ratios.size() > MOST_STAGES) {
            throw config.malformed("upsampling_ratios", "must hold at most " + MOST_STAGES + " ratios");
        }
        long width = config.size("decoder_hidden_size");
        long last = width >> ratios.size();
        return Sequence.of(
                name,
                Convolution.line("conv1", latent(config), width, 7, true),
                Repeat.of(
                        "block",
                        ratios.size(),
                        i -> Sequence.of(
                                "",
                                snake("snake1", width >> i, false),
                                Convolution.line("conv_t1", width >> i, width >> (i + 1), 2 * ratios.get(i), true)
                                        .widening()
                                        .strided(ratios.get(i)),
                                units(width >> (i + 1), false))),
                snake("snake1", last, false),
                Convolution.line("conv2", last, 1, 7, true));
    }

    /// Three residual units that reach ever further.
    private static Block units(long width, boolean beta) {
        List<Block> units = new ArrayList<>();
        long dilation = 1;
        for (int i = 1; i <= 3; i++) {
            units.add(Residual.of(Sequence.of(
                    "res_unit" + i,
                    snake("snake1", width, beta),
                    Convolution.line("conv1", width, width, 7, true).dilated(dilation),
                    snake("snake2", width, beta),
                    Convolution.line("conv2", width, width, 1, true))));
            dilation *= 3;
        }
        return Sequence.of("", units);
    }

    /// A periodic activation (arXiv:2006.08195): each channel learns its frequency, and in the later form its size.
    private static Block snake(String name, long width, boolean beta) {
        return beta
                ? Sequence.of(name, Table.of("act.alpha", width), Table.of("act.beta", width))
                : Table.of(name + ".alpha", 1, width, 1);
    }

    // X-Codec: meaning from a speech encoder beside sound from the codec

    private static Block meaning(Config config, Families families) {
        Config acoustic = config.part("acoustic_model_config");
        Config sound = acoustic.has("hidden_size") ? acoustic : acoustic.with("hidden_size", 256L);
        Config semantic = config.part("semantic_model_config");
        long meaning = semantic.size("hidden_size");
        long joined = latent(sound) + meaning;
        long dimension = config.has("codebook_dim") ? config.size("codebook_dim") : joined;
        return Sequence.tower(
                Tower.CODEC,
                "",
                encoder(sound, "acoustic_encoder", latent(sound), false),
                Sequence.tower(Tower.AUDIO, "semantic_model", families.backbone(semantic)),
                semanticEncoder(config, meaning),
                Linear.of("fc", joined, joined, true).as(Role.PROJECTION),
                Sequence.of(
                        "quantizer",
                        Repeat.of(
                                "quantizers",
                                EncodecFamily.quantizers(config, config.number("sample_rate"), hop(sound)),
                                EncodecFamily.codebook(config.size("codebook_size"), dimension))),
                Linear.of("fc1", joined, meaning, true).as(Role.PROJECTION),
                Linear.of("fc2", joined, latent(sound), true).as(Role.PROJECTION),
                semanticDecoder(config, meaning),
                decoder(sound, "acoustic_decoder"));
    }

    private static Block semanticEncoder(Config config, long width) {
        List<Long> strides = config.integers("strides");
        long kernel = config.size("kernel_size");
        return Sequence.of(
                "encoder_semantic",
                Convolution.line("conv", width, width, kernel, false),
                Repeat.of("conv_blocks", strides.size(), i -> {
                    long in = i == 0 ? width : scaled(config, width, i - 1);
                    long stride = strides.get(i);
                    return Sequence.of(
                            "",
                            residualUnits(config, in),
                            Convolution.line("conv", in, scaled(config, width, i), stride == 1 ? 3 : 2 * stride, true)
                                    .strided(stride));
                }));
    }

    private static Block semanticDecoder(Config config, long width) {
        List<Long> strides = config.integers("strides");
        long kernel = config.size("kernel_size");
        return Sequence.of(
                "decoder_semantic",
                Convolution.line("conv1", width, scaled(config, width, 0), kernel, false),
                Repeat.of("conv_blocks", strides.size(), i -> {
                    long in = scaled(config, width, i);
                    long out = i < strides.size() - 1 ? scaled(config, width, i + 1) : width;
                    long stride = strides.get(i);
                    Convolution convolution = stride == 1
                            ? Convolution.line("conv", in, out, 3, true)
                            : Convolution.line("conv", in, out, 2 * stride, false)
                                    .widening()
                                    .strided(stride);
                    return Sequence.of("", convolution, residualUnits(config, out));
                }),
                Convolution.line("conv2", width, width, kernel, false));
    }

    private static long scaled(Config config, long width, int stage) {
        List<Double> ratios = config.numbers("channel_ratios");
        if (stage >= ratios.size()) {
            throw config.malformed("channel_ratios", "must hold one ratio for each of the strides");
        }
        return (long) (width * ratios.get(stage));
    }

    private static Block residualUnits(Config config, long width) {
        List<Long> dilations = config.integers("block_dilations");
        return Repeat.of(
                "res_units",
                dilations.size(),
                i -> Residual.of(
                        Convolution.line("conv1", width, width, config.size("unit_kernel_size"), false)
                                .dilated(dilations.get(i)),
                        Convolution.line("conv2", width, width, 1, false)));
    }

    // X-Codec 2 and NeuCodec: one codebook that is a grid (arXiv:2309.15505), a transformer in place of the decoder

    private static Block scalar(Config config, Families families, long hop) {
        Config semantic = config.part("semantic_model_config");
        long meaning = semantic.size("hidden_size");
        long width = config.size("hidden_size");
        long joined = width + meaning;
        long levels = config.items("quantization_levels").size();
        long latent = config.size("quantization_dim");
        return Sequence.tower(
                Tower.CODEC,
                "",
                Sequence.tower(Tower.AUDIO, "semantic_encoder", families.backbone(semantic)),
                Sequence.of(
                        "semantic_adapter",
                        Convolution.line("conv1", meaning, meaning, 3, false),
                        Residual.of(
                                Convolution.line("conv2", meaning, meaning, 3, true),
                                Convolution.line("conv3", meaning, meaning, 3, true)),
                        Convolution.line("conv4", meaning, meaning, 3, false)),
                encoder(config, "acoustic_encoder", width, true),
                Linear.of("fc_encoder", joined, joined, true).as(Role.PROJECTION),
                Sequence.of(
                        "quantizer",
                        Linear.of("project_in", latent, levels, true).as(Role.PROJECTION),
                        Linear.of("project_out", levels, latent, true).as(Role.PROJECTION)),
                Sequence.of(
                        "acoustic_decoder",
                        Linear.of("fc", joined, width, true).as(Role.PROJECTION),
                        Convolution.line("embed", width, width, 7, true),
                        Repeat.of("prior_net", 2, residualBlock(width)),
                        Repeat.of("layers", config.count("num_hidden_layers"), layer(config)),
                        Repeat.of("post_net", 2, residualBlock(width)),
                        Norm.layer("norm", width, 1e-6),
                        Linear.of("head.linear", width, 4 * hop + 2, true).as(Role.HEAD)));
    }

    private static Block residualBlock(long width) {
        return Residual.of(
                Norm.group("norm1", width),
                Convolution.line("conv1", width, width, 3, true),
                Norm.group("norm2", width),
                Convolution.line("conv2", width, width, 3, true));
    }

    private static Block layer(Config config) {
        boolean bias = config.flag("attention_bias");
        return TextModel.layer(
                config,
                Norm.Kind.RMS,
                GroupedAttention.of(config)
                        .bias(bias, bias)
                        .span(Span.bidirectional())
                        .rotary(config)
                        .build(),
                FeedForwards.plain(
                        "mlp",
                        config.size("hidden_size"),
                        config.size("intermediate_size"),
                        config.text("hidden_act"),
                        false,
                        "fc1",
                        "fc2"));
    }
}
