package dev.weighbridge.model.family.speech;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// EnCodec (arXiv:2210.13438) and Mimi (arXiv:2410.00037): a waveform to a few tokens a frame and back, by residual
/// vector
/// quantization. Mimi adds transformers on both sides and a codebook of its own for meaning.
///
/// Codebooks are averages of what was assigned to them, not trained: they are stored but never counted.
final class EncodecFamily {
    private EncodecFamily() {}

    static Family family() {
        return Family.named("encodec")
                .architecture(EncodecFamily::encodec, "EncodecModel")
                .backbone(EncodecFamily::encodec, "encodec")
                .architecture(EncodecFamily::mimi, "MimiModel")
                .backbone(EncodecFamily::mimi, "mimi");
    }

    private static Block encodec(Config config) {
        String norm = config.text("norm_type");
        List<Long> ratios = config.integers("upsampling_ratios");
        var codec = new SeanetCodec(
                config,
                ratios,
                norm.equals("weight_norm"),
                norm.equals("time_group_norm"),
                config.count("num_lstm_layers"));
        long size = config.size("codebook_size");
        long width = config.has("codebook_dim") ? config.size("codebook_dim") : config.size("hidden_size");
        return Sequence.tower(
                Tower.CODEC,
                "",
                codec.encoder(),
                Sequence.of(
                        "quantizer",
                        Repeat.of(
                                "layers",
                                quantizers(config, config.number("sampling_rate"), hop(config, ratios)),
                                codebook(size, width))),
                codec.decoder());
    }

    /// A codebook kept as running averages.
    static Block codebook(long size, long width) {
        return Sequence.of(
                "codebook",
                Table.buffer("inited", 1),
                Table.buffer("cluster_size", size),
                Table.buffer("embed", size, width),
                Table.buffer("embed_avg", size, width));
    }

    /// As many as fill the widest bandwidth, in kilobits a second.
    static int quantizers(Config config, double samplingRate, long hop) {
        List<Double> bandwidths = config.numbers("target_bandwidths");
        if (bandwidths.isEmpty()) {
            throw config.malformed("target_bandwidths", "must name at least one bandwidth");
        }
        double frameRate = Math.ceil(samplingRate / hop);
        double bits = Math.ceil(Math.log((double) config.size("codebook_size")) / Math.log(2));
        double count = Math.floor(1000 * bandwidths.getLast() / (frameRate * bits));
        if (!(count >= 0 && count <= Config.MAX_COUNT)) {
            throw config.malformed("target_bandwidths", "ask for " + count + " quantizers");
        }
        return (int) count;
    }

    /// Samples a frame of the encoder.
    private static long hop(Config config, List<Long> ratios) {
        long hop = 1;
        for (long ratio : ratios) {
            hop = Math.multiplyExact(hop, ratio);
        }
        if (hop <= 0) {
            throw config.malformed("upsampling_ratios", "must all be positive");
        }
        return hop;
    }

    private static Block mimi(Config config) {
        List<Long> given = config.integers("upsampling_ratios");
        List<Long> ratios = given.isEmpty() ? List.of(8L, 6L, 5L, 4L) : given;
        var codec = new SeanetCodec(config, ratios, false, false, 0);
        long width = config.size("hidden_size");
        double sampling = config.number("sampling_rate");
        long hop = hop(config, ratios);
        double encoded = Math.ceil(sampling / hop);
        double frames = config.number("frame_rate", sampling / (2 * hop));
        List<Block> blocks = new ArrayList<>();
        blocks.add(codec.encoder());
        blocks.add(transformer(config, "encoder_transformer"));
        if (frames != encoded) {
            long kernel = 2 * (long) (encoded / frames);
            blocks.add(Convolution.line("downsample.conv", width, width, kernel, false)
                    .strided(2));
        }
        int semantic = config.count("num_semantic_quantizers");
        blocks.add(Sequence.of(
                "quantizer",
                quantizer(config, "semantic_residual_vector_quantizer", semantic),
                quantizer(
                        config,
                        "acoustic_residual_vector_quantizer",
                        Math.max(0, config.count("num_quantizers") - semantic))));
        if (frames != encoded) {
            long kernel = 2 * (long) (encoded / frames);
            blocks.add(Convolution.line("upsample.conv", width, width, kernel, false)
                    .widening()
                    .strided(2)
                    .grouped(config.size("upsample_groups")));
        }
        blocks.add(transformer(config, "decoder_transformer"));
        blocks.add(codec.decoder());
        return new Sequence("", Tower.CODEC, blocks);
    }

    private static Block transformer(Config config, String name) {
        long width = config.size("hidden_size");
        double epsilon = config.number("norm_eps");
        boolean bias = config.flag("attention_bias");
        Block layer = Sequence.of(
                "",
                Residual.of(
                        Norm.layer("input_layernorm", width, epsilon),
                        GroupedAttention.of(config)
                                .bias(bias, bias)
                                .span(TextModel.window(config))
                                .rotary(config)
                                .build(),
                        Table.of("self_attn_layer_scale.scale", width)),
                Residual.of(
                        Norm.layer("post_attention_layernorm", width, epsilon),
                        FeedForwards.plain(
                                "mlp",
                                width,
                                config.size("intermediate_size"),
                                config.text("hidden_act"),
                                false,
                                "fc1",
                                "fc2"),
                        Table.of("mlp_layer_scale.scale", width)));
        return Sequence.of(name, Repeat.of("layers", config.count("num_hidden_layers"), layer));
    }

    private static Block quantizer(Config config, String name, int count) {
        long width = config.size("hidden_size");
        long inner = config.size("vector_quantization_hidden_dimension");
        long size = config.size("codebook_size");
        long dimension = config.has("codebook_dim") ? config.size("codebook_dim") : width;
        Block layers = Repeat.of(
                "layers",
                count,
                Sequence.of(
                        "codebook",
                        Table.buffer("initialized", 1),
                        Table.buffer("cluster_usage", size),
                        Table.buffer("embed_sum", size, dimension)));
        return inner == width
                ? Sequence.of(name, layers)
                : Sequence.of(
                        name,
                        Convolution.line("input_proj", width, inner, 1, false),
                        layers,
                        Convolution.line("output_proj", inner, width, 1, false));
    }
}
