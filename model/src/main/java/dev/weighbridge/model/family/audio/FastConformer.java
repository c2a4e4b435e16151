package dev.weighbridge.model.family.audio;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.FeedForward;
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
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// The encoder of NVIDIA's speech models: Fast Conformer (arXiv:2305.05084), whose convolutions shorten the input
/// eightfold
/// before the first layer.
///
/// @param config the encoder's own
/// @param names how its tensors are called
/// @param streaming whether convolutions read the past alone and attention a window, with a layer norm in place of the
///     batch norm (arXiv:2312.17279)
record FastConformer(Config config, Names names, boolean streaming) {
    /// The two sets of names in use.
    ///
    /// @param subsampling the convolutions, their number following
    /// @param subsampled the matrix behind them
    /// @param attention query, key, value, output, positions, the two biases of positions
    /// @param convolutionNorm the norm within the convolution module
    record Names(String subsampling, String subsampled, List<String> attention, String convolutionNorm) {
        /// Those of transformers.
        static final Names USUAL = new Names(
                "subsampling.layers",
                "subsampling.linear",
                List.of("q_proj", "k_proj", "v_proj", "o_proj", "relative_k_proj", "bias_u", "bias_v"),
                "norm");

        /// Those of NeMo.
        static final Names NEMO = new Names(
                "pre_encode.conv",
                "pre_encode.out",
                List.of("linear_q", "linear_k", "linear_v", "linear_out", "linear_pos", "pos_bias_u", "pos_bias_v"),
                "batch_norm");
    }

    /// The encoder without a name of its own.
    Sequence block() {
        return Sequence.tower(
                Tower.AUDIO,
                "",
                streaming ? streamedSubsampling() : subsampling(),
                Repeat.of("layers", config.count("num_hidden_layers"), layer()));
    }

    private int halvings() {
        long factor = config.size("subsampling_factor");
        if (factor < 2) {
            throw config.malformed("subsampling_factor", "must be at least 2, found " + factor);
        }
        return 63 - Long.numberOfLeadingZeros(factor);
    }

    private long stride() {
        long stride = config.size("subsampling_conv_stride");
        if (stride == 0) {
            throw config.malformed("subsampling_conv_stride", "must not be 0");
        }
        return stride;
    }

    /// Numbers are those of a list in which activations have a place too.
    private Block subsampling() {
        long channels = config.size("subsampling_conv_channels");
        long bins = config.size("num_mel_bins");
        List<Block> blocks = new ArrayList<>();
        blocks.add(shortening(names.subsampling + ".0", 1, channels, 1));
        for (int i = 0; i < halvings(); i++) {
            bins /= stride();
            if (i > 0) {
                blocks.add(shortening(names.subsampling + "." + (3 * i - 1), channels, channels, channels));
                blocks.add(Convolution.plane(names.subsampling + "." + 3 * i, channels, channels, 1, true));
            }
        }
        blocks.add(subsampled(Math.multiplyExact(channels, bins)));
        return Sequence.of("", blocks);
    }

    private Block streamedSubsampling() {
        long channels = config.size("subsampling_conv_channels");
        long kernel = config.size("subsampling_conv_kernel_size");
        long bins = config.size("num_mel_bins");
        for (int i = 0; i < halvings(); i++) {
            // padded by kernel − 1 and stride − 1 together
            bins = (bins + stride() - 2) / stride() + 1;
        }
        if (kernel == 0) {
            throw config.malformed("subsampling_conv_kernel_size", "must not be 0");
        }
        return Sequence.of(
                "",
                shortening("subsampling.conv_in", 1, channels, 1).pastOnly(),
                Repeat.of(
                        names.subsampling,
                        halvings() - 1,
                        Sequence.of(
                                "",
                                shortening("depthwise_conv", channels, channels, channels)
                                        .pastOnly(),
                                Convolution.plane("pointwise_conv", channels, channels, 1, true))),
                subsampled(Math.multiplyExact(channels, bins)));
    }

    private Convolution shortening(String name, long in, long out, long groups) {
        return Convolution.plane(name, in, out, config.size("subsampling_conv_kernel_size"), true)
                .strided(stride())
                .grouped(groups);
    }

    private Linear subsampled(long in) {
        return Linear.of(names.subsampled, in, config.size("hidden_size"), true).as(Role.PROJECTION);
    }

    private Block layer() {
        return Sequence.of(
                "",
                Residual.scaled(0.5, norm("norm_feed_forward1"), feedForward("feed_forward1")),
                Residual.of(norm("norm_self_att"), attention()),
                Residual.of(norm("norm_conv"), convolution()),
                Residual.scaled(0.5, norm("norm_feed_forward2"), feedForward("feed_forward2")),
                norm("norm_out"));
    }

    private FeedForward feedForward(String name) {
        return FeedForwards.plain(
                name,
                config.size("hidden_size"),
                config.size("intermediate_size"),
                config.text("hidden_act"),
                config.flag("attention_bias"),
                "linear1",
                "linear2");
    }

    /// Positions are relative, as in Transformer-XL (arXiv:1901.02860).
    private Attention attention() {
        Heads heads = GroupedAttention.heads(config);
        boolean bias = config.flag("attention_bias");
        List<String> parts = names.attention;
        return GroupedAttention.of(config)
                .projections(parts.get(0), parts.get(1), parts.get(2), parts.get(3))
                .bias(bias, bias)
                .span(streaming ? TextModel.window(config) : Span.bidirectional())
                .with(Slot.POSITION_BIAS, Linear.of(parts.get(4), config.size("hidden_size"), heads.queryWidth()))
                .with(Slot.POSITION_BIAS, Table.of(parts.get(5), heads.headCount(), heads.headDim()))
                .with(Slot.POSITION_BIAS, Table.of(parts.get(6), heads.headCount(), heads.headDim()))
                .build();
    }

    private Block convolution() {
        long width = config.size("hidden_size");
        boolean bias = config.flag("convolution_bias");
        Convolution depthwise = Convolution.line("depthwise_conv", width, width, config.size("conv_kernel_size"), bias)
                .grouped(width);
        return Sequence.of(
                "conv",
                Convolution.line("pointwise_conv1", width, 2 * width, 1, bias),
                streaming ? depthwise.pastOnly() : depthwise,
                streaming ? norm(names.convolutionNorm) : Norm.batch(names.convolutionNorm, width),
                Convolution.line("pointwise_conv2", width, width, 1, bias));
    }

    private Norm norm(String name) {
        return Norm.layer(name, config.size("hidden_size"), 1e-5);
    }
}
