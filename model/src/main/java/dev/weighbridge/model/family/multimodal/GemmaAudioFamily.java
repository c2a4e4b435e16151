package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.ParameterStyle;
import dev.weighbridge.model.block.Part;
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
import dev.weighbridge.model.family.component.ClippedLinears;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import java.util.ArrayList;
import java.util.List;

/// The sound towers of Gemma 3n and Gemma 4: USM's Conformer (arXiv:2303.01037, arXiv:2005.08100) with attention over
/// the near
/// past, half a feed-forward before it and half behind, a light convolution between.
final class GemmaAudioFamily {
    private static final double EPSILON = 1e-6;

    private GemmaAudioFamily() {}

    static Family family() {
        return Family.named("gemma-audio")
                .architecture(GemmaAudioFamily::third, "Gemma3nAudioEncoder")
                .architecture(GemmaAudioFamily::fourth, "Gemma4AudioModel")
                .backbone(GemmaAudioFamily::third, "gemma3n_audio")
                .backbone(GemmaAudioFamily::fourth, "gemma4_audio");
    }

    private static Block third(Config config) {
        long width = config.size("hidden_size");
        List<Long> channels = config.integers("sscp_conv_channel_size");
        List<?> kernels = config.items("sscp_conv_kernel_size");
        List<?> strides = config.items("sscp_conv_stride_size");
        List<Block> subsampling = new ArrayList<>();
        long in = 1;
        long bins = config.size("input_feat_size");
        for (int i = 0; i < 2; i++) {
            List<Long> kernel = pair(config, "sscp_conv_kernel_size", kernels, i);
            List<Long> stride = pair(config, "sscp_conv_stride_size", strides, i);
            long out = channels.get(i);
            subsampling.add(Convolution.volume("conv_" + i + ".conv", in, out, kernel, false)
                    .strided(stride.getFirst()));
            subsampling.add(new Norm(
                    "conv_" + i + ".norm",
                    Norm.Kind.GROUP,
                    out,
                    true,
                    false,
                    config.number("sscp_conv_group_norm_eps"),
                    ParameterStyle.MODULE,
                    0,
                    1));
            bins = (bins + 2 - kernel.get(1)) / stride.get(1) + 1;
            in = out;
        }
        subsampling.add(Linear.of("input_proj_linear", in * bins, width));
        return Sequence.tower(
                Tower.AUDIO,
                "",
                Sequence.of("subsample_conv_projection", subsampling),
                Repeat.of("conformer", config.count("conf_num_hidden_layers"), thirdLayer(config, width)));
    }

    private static List<Long> pair(Config config, String field, List<?> pairs, int index) {
        if (pairs.size() > index
                && pairs.get(index) instanceof List<?> pair
                && pair.size() == 2
                && pair.get(0) instanceof Long first
                && pair.get(1) instanceof Long second
                && first > 0
                && second > 0) {
            return List.of(first, second);
        }
        throw config.malformed(field, "must hold two pairs of numbers above 0");
    }

    private static Block thirdLayer(Config config, long width) {
        var heads = EncoderLayer.heads(config, width, config.count("conf_num_attention_heads"));
        Attention attention = GroupedAttention.of(width, heads)
                .named("attention")
                .projections("attn.q_proj", "attn.k_proj", "attn.v_proj", "post")
                .span(Span.window(config.size("conf_attention_context_left")))
                .scored(0, config.number("conf_attention_logit_cap"))
                .with(Slot.POSITION_BIAS, Linear.of("attn.relative_position_embedding.pos_proj", width, width))
                .with(Slot.OTHER, Table.of("attn.per_dim_scale", heads.headDim()))
                .build();
        double half = config.number("conf_residual_weight");
        var clipped = new ClippedLinears(false);
        return Sequence.of(
                "",
                halfStep("ffw_layer_start", width, "", "silu", half, clipped),
                Residual.of(
                        Norm.rms("attention.pre_attn_norm", width, EPSILON),
                        attention,
                        Norm.rms("attention.post_norm", width, EPSILON)),
                lightConvolution(config, width, config.size("conf_conv_kernel_size"), "", clipped),
                halfStep("ffw_layer_end", width, "", "silu", half, clipped),
                Norm.rms("norm", width, EPSILON));
    }

    private static Block fourth(Config config) {
        long width = config.size("hidden_size");
        List<Long> channels = config.integers("subsampling_conv_channels");
        double epsilon = config.number("rms_norm_eps");
        return Sequence.tower(
                Tower.AUDIO,
                "",
                Sequence.of(
                        "subsample_conv_projection",
                        Convolution.plane("layer0.conv", 1, channels.get(0), 3, false)
                                .strided(2),
                        Norm.layer("layer0.norm", channels.get(0), epsilon, false),
                        Convolution.plane("layer1.conv", channels.get(0), channels.get(1), 3, false)
                                .strided(2),
                        Norm.layer("layer1.norm", channels.get(1), epsilon, false),
                        Linear.of("input_proj_linear", channels.get(0) / 4 * channels.get(1), width)),
                Repeat.of("layers", config.count("num_hidden_layers"), fourthLayer(config, width)),
                Linear.of("output_proj", width, config.size("output_proj_dims"), true)
                        .as(Role.PROJECTION));
    }

    private static Block fourthLayer(Config config, long width) {
        var heads = EncoderLayer.heads(config, width, config.count("num_attention_heads"));
        var clipped = new ClippedLinears(config.flag("use_clipped_linears"));
        var attention = GroupedAttention.of(width, heads)
                .projections("q_proj.linear", "k_proj.linear", "v_proj.linear", "post.linear")
                .span(Span.window(config.size("attention_context_left")))
                .scored(0, config.number("attention_logit_cap"))
                .with(Slot.POSITION_BIAS, Linear.of("relative_k_proj", width, width))
                .with(Slot.OTHER, Table.of("per_dim_scale", heads.headDim()));
        clipped.bounds("q_proj", "k_proj", "v_proj", "post").forEach(part -> attention.with(part.slot(), part.block()));
        double half = config.number("residual_weight");
        String activation = config.text("hidden_act");
        return Sequence.of(
                "",
                halfStep("feed_forward1", width, ".linear", activation, half, clipped),
                Residual.of(
                        Norm.rms("norm_pre_attn", width, EPSILON),
                        attention.build(),
                        Norm.rms("norm_post_attn", width, EPSILON)),
                lightConvolution(config, width, config.size("conv_kernel_size"), ".linear", clipped),
                halfStep("feed_forward2", width, ".linear", activation, half, clipped),
                Norm.rms("norm_out", width, EPSILON));
    }

    private static Block halfStep(
            String name, long width, String suffix, String activation, double weight, ClippedLinears clipped) {
        FeedForward plain = FeedForwards.plain(
                name, width, 4 * width, activation, false, "ffw_layer_1" + suffix, "ffw_layer_2" + suffix);
        List<Part> parts = new ArrayList<>(plain.parts());
        parts.addAll(clipped.bounds("ffw_layer_1", "ffw_layer_2"));
        return new Residual(
                List.of(
                        Norm.rms(name + ".pre_layer_norm", width, EPSILON),
                        new FeedForward(name, width, plain.inner(), plain.activation(), false, parts),
                        Norm.rms(name + ".post_layer_norm", width, EPSILON)),
                false,
                weight);
    }

    private static Block lightConvolution(
            Config config, long width, long kernel, String suffix, ClippedLinears clipped) {
        double epsilon = config.number("rms_norm_eps");
        List<Block> blocks = new ArrayList<>(List.of(
                Norm.rms("pre_layer_norm", width, epsilon),
                Linear.of("linear_start" + suffix, width, 2 * width).as(Role.CONVOLUTION),
                Convolution.causal("depthwise_conv1d", width, kernel, false).as(Role.CONVOLUTION),
                Norm.rms("conv_norm", width, epsilon),
                Linear.of("linear_end" + suffix, width, width).as(Role.CONVOLUTION)));
        clipped.bounds("linear_start", "linear_end").forEach(part -> blocks.add(part.block()));
        return Residual.of(Sequence.of("lconv1d", blocks));
    }
}
