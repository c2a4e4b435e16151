package dev.weighbridge.model.family.image;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Channels;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.ImagePatches;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Swin (arXiv:2103.14030) and Swin V2 (arXiv:2111.09883): attention within windows that shift from layer to layer,
/// fewer and wider patches from stage to stage. Donut's and MaskFormer's encoders are Swin with the table of relative
/// positions' indices stored; Swin2SR (arXiv:2209.11345) is Swin V2 at one resolution before an upsampler.
final class SwinFamily {
    private static final long BIAS_WIDTH = 512;
    private static final long UPSAMPLER_WIDTH = 64;

    private SwinFamily() {}

    /// What sets one version apart from another.
    private enum Version {
        FIRST,
        /// The first with its index buffers in the files.
        INDEXED,
        SECOND
    }

    static Family family() {
        return Family.named("swin")
                .architecture(config -> model(config, Version.FIRST, true), "SwinModel")
                .architecture(
                        config -> classifier(config, "swin", model(config, Version.FIRST, true)),
                        "SwinForImageClassification")
                .architecture(config -> model(config, Version.SECOND, true), "Swinv2Model")
                .architecture(
                        config -> classifier(config, "swinv2", model(config, Version.SECOND, true)),
                        "Swinv2ForImageClassification")
                .architecture(config -> model(config, Version.INDEXED, false), "DonutSwinModel")
                .architecture(
                        config -> classifier(config, "donut", model(config, Version.INDEXED, false)),
                        "DonutSwinForImageClassification")
                .architecture(config -> model(config, Version.INDEXED, true), "MaskFormerSwinModel")
                .architecture(SwinFamily::backbone, "SwinBackbone")
                .architecture(SwinFamily::restorer, "Swin2SRModel")
                .architecture(SwinFamily::upsampled, "Swin2SRForImageSuperResolution")
                .backbone(config -> model(config, Version.FIRST, true), "swin")
                .backbone(config -> model(config, Version.SECOND, true), "swinv2")
                .backbone(config -> model(config, Version.INDEXED, false), "donut-swin")
                .backbone(config -> model(config, Version.INDEXED, true), "maskformer-swin");
    }

    private static Block classifier(Config config, String prefix, Block model) {
        return Classifier.image(
                config,
                prefix,
                model,
                "classifier",
                width(config, config.integers("depths").size() - 1));
    }

    private static long width(Config config, int stage) {
        return Math.multiplyExact(config.size("embed_dim"), 1L << Math.clamp(stage, 0, 20));
    }

    private static Block model(Config config, Version version, boolean lastNorm) {
        int stages = config.integers("depths").size();
        double epsilon = config.number("layer_norm_eps");
        long first = config.size("embed_dim");
        List<Block> embeddings = new ArrayList<>(List.of(
                ImagePatches.of(config).embedding("patch_embeddings.projection", first, true),
                Norm.layer("norm", first, epsilon)));
        positions(config, embeddings);
        List<Block> blocks = new ArrayList<>();
        blocks.add(Sequence.of("embeddings", embeddings));
        blocks.add(Repeat.of("encoder.layers", stages, stage -> {
            long width = width(config, stage);
            Block layers = Repeat.of(
                    "blocks",
                    Channels.depth(config, "depths", stage),
                    layer(config, version, width, Channels.depth(config, "num_heads", stage)));
            if (stage == stages - 1) {
                return layers;
            }
            Block reduction = Linear.of("reduction", 4 * width, 2 * width);
            Block merging = version == Version.SECOND
                    ? Sequence.of("downsample", reduction, Norm.layer("norm", 2 * width, epsilon))
                    : Sequence.of("downsample", Norm.layer("norm", 4 * width, epsilon), reduction);
            return Sequence.of("", layers, merging);
        }));
        if (lastNorm) {
            blocks.add(Norm.layer("layernorm", width(config, stages - 1), epsilon));
        }
        return new Sequence("", Tower.VISION, blocks);
    }

    /// The model as detectors take it in: a norm for the map of each stage that is read.
    private static Block backbone(Config config) {
        List<String> read = config.texts("out_features");
        int stages = config.integers("depths").size();
        List<Block> blocks = new ArrayList<>();
        blocks.add(model(config, Version.FIRST, false));
        blocks.add(Norm.layer("swin.layernorm", width(config, stages - 1), config.number("layer_norm_eps")));
        for (int stage = 0; stage < stages; stage++) {
            String name = "stage" + (stage + 1);
            if (read.contains(name) || (read.isEmpty() && stage == stages - 1)) {
                blocks.add(Norm.layer("hidden_states_norms." + name, width(config, stage), 1e-5));
            }
        }
        return Sequence.of("", blocks);
    }

    private static void positions(Config config, List<Block> embeddings) {
        if (config.flag("use_absolute_embeddings", false)) {
            embeddings.add(Table.positions(
                    "position_embeddings", 1, ImagePatches.of(config).count() + 1, config.size("embed_dim")));
        }
    }

    private static Block layer(Config config, Version version, long width, int headCount) {
        double epsilon = config.number("layer_norm_eps");
        Config sized = config.with("hidden_size", width)
                .with("intermediate_size", (long) (width * config.number("mlp_ratio")));
        Norm before = Norm.layer("layernorm_before", width, epsilon);
        Norm after = Norm.layer("layernorm_after", width, epsilon);
        Attention attention = attention(sized, version, width, headCount);
        return version == Version.SECOND
                ? Sequence.of(
                        "", Residual.of(attention, before), Residual.of(EncoderLayer.vitFeedForward(sized), after))
                : EncoderLayer.of(before, attention, after, EncoderLayer.vitFeedForward(sized));
    }

    private static Attention attention(Config config, Version version, long width, int headCount) {
        long window = config.size("window_size");
        boolean bias = config.flag("qkv_bias", true);
        var attention = GroupedAttention.of(width, EncoderLayer.heads(config, width, headCount))
                .named("attention")
                .projections("self.query", "self.key", "self.value", "output.dense")
                .bias(bias, bias && version != Version.SECOND, bias, true)
                .span(Span.bidirectionalChunk(Math.multiplyExact(window, window)));
        if (version == Version.SECOND) {
            return attention
                    .with(Slot.OTHER, Table.of("self.logit_scale", headCount, 1, 1))
                    .with(
                            Slot.POSITION_BIAS,
                            Sequence.of(
                                    "self.continuous_position_bias_mlp",
                                    Linear.of("0", 2, BIAS_WIDTH, true),
                                    Linear.of("2", BIAS_WIDTH, headCount)))
                    .build();
        }
        long distances = Math.max(0, 2 * window - 1);
        attention.with(
                Slot.POSITION_BIAS,
                Table.positions(
                        "self.relative_position_bias_table", Math.multiplyExact(distances, distances), headCount));
        if (version == Version.INDEXED) {
            attention.with(Slot.OTHER, Table.buffer("self.relative_position_index", window * window, window * window));
        }
        return attention.build();
    }

    private static Block restorer(Config config) {
        long width = config.size("embed_dim");
        double epsilon = config.number("layer_norm_eps");
        ImagePatches patches = ImagePatches.of(config.with("num_channels", width));
        List<Block> embeddings = new ArrayList<>(List.of(
                patches.embedding("patch_embeddings.projection", width, true),
                Norm.layer("patch_embeddings.layernorm", width, epsilon)));
        positions(config, embeddings);
        return Sequence.tower(
                Tower.VISION,
                "",
                Convolution.plane("first_convolution", config.size("num_channels"), width, 3, true),
                Sequence.of("embeddings", embeddings),
                Repeat.of(
                        "encoder.stages",
                        config.integers("depths").size(),
                        stage -> Residual.of(
                                Repeat.of(
                                        "layers",
                                        Channels.depth(config, "depths", stage),
                                        layer(
                                                config,
                                                Version.SECOND,
                                                width,
                                                Channels.depth(config, "num_heads", stage))),
                                connection(config, width),
                                patches.embedding("patch_embed.projection", width, true))),
                Norm.layer("layernorm", width, epsilon),
                Convolution.plane("conv_after_body", width, width, 3, true));
    }

    private static Block connection(Config config, long width) {
        return switch (config.text("resi_connection", "1conv")) {
            case "1conv" -> Convolution.plane("conv", width, width, 3, true);
            case "3conv" ->
                Sequence.of(
                        "conv",
                        Convolution.plane("0", width, width / 4, 3, true),
                        Convolution.plane("2", width / 4, width / 4, 1, true),
                        Convolution.plane("4", width / 4, width, 3, true));
            default -> throw config.malformed("resi_connection", "must be 1conv or 3conv");
        };
    }

    private static Block upsampled(Config config) {
        return Sequence.of("", Sequence.of("swin2sr", restorer(config)), upsampler(config));
    }

    private static Block upsampler(Config config) {
        long width = config.size("embed_dim");
        long out = config.size("num_channels_out", 3);
        long scale = config.size("upscale");
        Block before = Convolution.plane("conv_before_upsample", width, UPSAMPLER_WIDTH, 3, true);
        Block last = Convolution.plane("final_convolution", UPSAMPLER_WIDTH, out, 3, true);
        return switch (config.text("upsampler", "")) {
            case "pixelshuffle" -> Sequence.of("upsample", before, shuffle(config, scale), last);
            case "pixelshuffle_aux" ->
                Sequence.of(
                        "upsample",
                        Convolution.plane("conv_bicubic", config.size("num_channels"), UPSAMPLER_WIDTH, 3, true),
                        before,
                        Convolution.plane("conv_aux", UPSAMPLER_WIDTH, config.size("num_channels"), 3, true),
                        Convolution.plane("conv_after_aux.0", 3, UPSAMPLER_WIDTH, 3, true),
                        shuffle(config, scale),
                        last);
            case "pixelshuffledirect" ->
                Convolution.plane("upsample.conv", width, Math.multiplyExact(scale * scale, out), 3, true);
            case "nearest+conv" ->
                Sequence.of(
                        "upsample",
                        before,
                        Convolution.plane("conv_up1", UPSAMPLER_WIDTH, UPSAMPLER_WIDTH, 3, true),
                        Convolution.plane("conv_up2", UPSAMPLER_WIDTH, UPSAMPLER_WIDTH, 3, true),
                        Convolution.plane("conv_hr", UPSAMPLER_WIDTH, UPSAMPLER_WIDTH, 3, true),
                        last);
            default -> Convolution.plane("final_convolution", width, out, 3, true);
        };
    }

    private static Block shuffle(Config config, long scale) {
        if (scale == 3) {
            return Convolution.plane("upsample.convolution", UPSAMPLER_WIDTH, 9 * UPSAMPLER_WIDTH, 3, true);
        }
        if (scale <= 0 || Long.bitCount(scale) != 1) {
            throw config.malformed("upscale", "must be 3 or a power of 2");
        }
        return Sequence.of(
                "upsample",
                IntStream.range(0, Long.numberOfTrailingZeros(scale))
                        .mapToObj(i ->
                                Convolution.plane("convolution_" + i, UPSAMPLER_WIDTH, 4 * UPSAMPLER_WIDTH, 3, true))
                        .toList());
    }
}
