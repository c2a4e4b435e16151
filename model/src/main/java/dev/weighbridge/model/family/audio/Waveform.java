package dev.weighbridge.model.family.audio;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import java.util.List;

/// The way from a waveform to the width of a transformer as wav2vec 2.0 (arXiv:2006.11477, section 2) goes it: strided
/// convolutions, a projection, positions by a convolution.
final class Waveform {
    private Waveform() {}

    /// The convolutions. The first has a norm of each channel over time (`feat_extract_norm` is `group`), or every one
    /// has a layer norm (`layer`).
    static Block convolutions(Config config, String name) {
        List<Long> widths = config.integers("conv_dim");
        int count = widths.size();
        long[] kernels = config.sizes("conv_kernel", count);
        long[] strides = config.sizes("conv_stride", count);
        boolean bias = config.flag("conv_bias");
        boolean layerNorms = config.text("feat_extract_norm", "layer").equals("layer");
        Block layers = Repeat.of("conv_layers", count, i -> {
            long out = widths.get(i);
            Convolution convolution = Convolution.line("conv", i == 0 ? 1 : widths.get(i - 1), out, kernels[i], bias)
                    .strided(strides[i]);
            if (layerNorms) {
                return Sequence.of("", convolution, Norm.layer("layer_norm", out, 1e-5));
            }
            return i == 0 ? Sequence.of("", convolution, Norm.group("layer_norm", out)) : convolution;
        });
        return Sequence.of(name, layers);
    }

    /// Channels that leave the convolutions.
    static long width(Config config) {
        List<Long> widths = config.integers("conv_dim");
        if (widths.isEmpty()) {
            throw config.malformed("conv_dim", "must name at least one layer");
        }
        return widths.getLast();
    }

    /// A norm and a matrix from `width` to the hidden size.
    static Block projection(Config config, long width) {
        Linear projection =
                Linear.of("projection", width, config.size("hidden_size"), true).as(Role.PROJECTION);
        return config.flag("feat_proj_layer_norm", true)
                ? Sequence.of(
                        "feature_projection",
                        Norm.layer("layer_norm", width, config.number("layer_norm_eps")),
                        projection)
                : Sequence.of("feature_projection", projection);
    }

    /// The vector that stands for masked frames in training (SpecAugment, arXiv:1904.08779); nothing where none are.
    static Block mask(Config config) {
        boolean masked = config.number("mask_time_prob", 0) > 0 || config.number("mask_feature_prob", 0) > 0;
        return masked ? Table.of("masked_spec_embed", config.size("hidden_size")) : Sequence.of("");
    }

    /// Positions relative to each other: a wide grouped convolution added to its input.
    static Block positions(Config config) {
        return Residual.of(Sequence.of(
                "pos_conv_embed",
                positionConvolution(config, "num_conv_pos_embeddings").weightNormed(2)));
    }

    /// The convolution `conv` of positions, its kernel given by that field.
    static Convolution positionConvolution(Config config, String kernel) {
        long hidden = config.size("hidden_size");
        return Convolution.line("conv", hidden, hidden, config.size(kernel), true)
                .grouped(config.size("num_conv_pos_embedding_groups"))
                .as(Role.POSITION);
    }
}
