package dev.weighbridge.model.family.audio;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;

/// A Conformer layer (arXiv:2005.08100) in the names that fairseq gave it: half a feed-forward, attention, a
/// convolution
/// module, half a feed-forward, a norm.
///
/// @param width of the residual stream
/// @param headCount heads, which share the width evenly
/// @param inner width within the feed-forwards
/// @param activation of feed-forwards and convolution module
/// @param epsilon of the norms
/// @param positions how attention knows positions: `relative` (Transformer-XL, arXiv:1901.02860), `relative_key` (one
///     vector a distance), `rotary`, or anything else for none
/// @param distances vectors of `relative_key`
/// @param rotaryBase of `rotary`
/// @param kernel of the depthwise convolution
/// @param causal whether the convolution reads the past alone, with a layer norm behind it in place of a batch norm
record ConformerLayer(
        long width,
        int headCount,
        long inner,
        String activation,
        double epsilon,
        String positions,
        long distances,
        double rotaryBase,
        long kernel,
        boolean causal) {

    Block block() {
        return Sequence.of(
                "",
                Residual.scaled(0.5, norm("ffn1_layer_norm"), feedForward("ffn1", activation)),
                Residual.of(norm("self_attn_layer_norm"), attention()),
                Residual.of(convolution()),
                Residual.scaled(0.5, norm("ffn2_layer_norm"), feedForward("ffn2", activation)),
                norm("final_layer_norm"));
    }

    /// A layer that shortens the sequence: strided convolutions before attention and beside it.
    Block adapter(long shorteningKernel, long stride, String adapterActivation) {
        return Sequence.of(
                "",
                norm("residual_layer_norm"),
                Convolution.line("residual_conv", width, 2 * width, shorteningKernel, true)
                        .strided(stride),
                norm("self_attn_layer_norm"),
                Convolution.line("self_attn_conv", width, 2 * width, shorteningKernel, true)
                        .strided(stride),
                projections().build(),
                Residual.of(norm("ffn_layer_norm"), feedForward("ffn", adapterActivation)));
    }

    Attention attention() {
        var attention = projections();
        long headDim = width / headCount;
        switch (positions) {
            case "relative" ->
                attention
                        .with(Slot.POSITION_BIAS, Linear.of("linear_pos", width, width))
                        .with(Slot.POSITION_BIAS, Table.of("pos_bias_u", headCount, headDim))
                        .with(Slot.POSITION_BIAS, Table.of("pos_bias_v", headCount, headDim));
            case "relative_key" ->
                attention.with(Slot.POSITION_BIAS, Embedding.positions("distance_embedding", distances, headDim));
            case "rotary" -> attention.rotary(Rotary.of(rotaryBase, headDim));
            default -> {}
        }
        return attention.build();
    }

    private GroupedAttention projections() {
        return GroupedAttention.of(width, Heads.of(headCount, headCount, width / headCount))
                .projections("linear_q", "linear_k", "linear_v", "linear_out")
                .bias(true, true)
                .span(Span.bidirectional());
    }

    FeedForward feedForward(String name, String function) {
        return FeedForwards.plain(name, width, inner, function, true, "intermediate_dense", "output_dense");
    }

    /// A gated pointwise convolution, a depthwise one with its norm, a pointwise one.
    private Block convolution() {
        Convolution depthwise =
                Convolution.line("depthwise_conv", width, width, kernel, false).grouped(width);
        return Sequence.of(
                "conv_module",
                norm("layer_norm"),
                Convolution.line("pointwise_conv1", width, 2 * width, 1, false),
                causal ? depthwise.pastOnly() : depthwise,
                causal ? norm("depthwise_layer_norm") : Norm.batch("batch_norm", width),
                Convolution.line("pointwise_conv2", width, width, 1, false));
    }

    private Norm norm(String name) {
        return Norm.layer(name, width, epsilon);
    }
}
