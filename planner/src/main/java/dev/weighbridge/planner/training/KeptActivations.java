package dev.weighbridge.planner.training;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Experts;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.LinearAttention;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.StateSpace;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Layer;
import dev.weighbridge.planner.memory.Workload.AttentionKernel;

/// What a layer keeps of its forward pass for the backward one, for each token.
///
/// Autograd keeps the operands that a gradient needs. With width h, feed-forward width f, query width q,
/// key and value widths k and v, b bytes an activation:
///
///     each norm        4·h in FP32, and b·h where its scale is trained; b·h for a layer norm
///     attention        b·(q + k + v + o) + 4 · heads, without flash attention (b + 4) · heads · sequence more
///     gated            3·b·f: gate, its activation, up; not gated b·f
///     linear layers    their inputs, where their own weights are trained, have an adapter or are quantised:
///                      b·h for queries, keys and values, b·h for gate and up, b·f for down
///
/// The rule is that of Korthikanti et al. (arXiv:2205.05198) for today's layers and for what autograd in
/// PyTorch keeps of each; it gives the slope of LitGPT's LoRA runs over tokens to 5 %.
final class KeptActivations {
    /// Copies of its channels that a recurrent mixer keeps: projections, convolution, gates.
    private static final double RECURRENT_COPIES = 4;

    private final TrainingSettings settings;
    private final double width;
    private final double hidden;
    private final boolean hasLayerNorm;

    KeptActivations(Anatomy model, TrainingSettings settings) {
        this.settings = settings;
        this.width = settings.numerics().computeBytes();
        this.hidden = model.hiddenSize().orElse(0);
        this.hasLayerNorm = model.weights().stream()
                .anyMatch(weight -> weight.layer() == 0 && weight.name().endsWith("_norm.bias"));
    }

    /// Bytes that the input of a layer takes, all that is kept of it with checkpointing.
    double input() {
        return width * hidden;
    }

    /// Bytes that a layer keeps without checkpointing.
    double of(Layer layer) {
        double sum = 0;
        for (Block block : layer.mixers()) {
            sum += norm() + of(block);
        }
        for (Block block : layer.feedForwards()) {
            sum += norm() + of(block);
        }
        return sum * Math.max(1, layer.passes());
    }

    private double norm() {
        if (hasLayerNorm) {
            return width * hidden;
        }
        return Float.BYTES * hidden + (settings.method() instanceof Method.Full ? width * hidden : 0);
    }

    private double of(Block block) {
        return switch (block) {
            case Attention attention -> attention(attention);
            case FeedForward feedForward -> feedForward(feedForward);
            case Experts experts -> experts(experts);
            case LinearAttention linear ->
                RECURRENT_COPIES
                        * width
                        * (linear.keyHeadCount() * linear.keyHeadDim()
                                + (double) linear.valueHeadCount() * linear.valueHeadDim());
            case StateSpace space -> RECURRENT_COPIES * width * (space.innerSize() + space.stateSize());
            default -> 0;
        };
    }

    private double attention(Attention attention) {
        Heads heads = attention.heads();
        double output = (double) heads.headCount() * heads.valueHeadDim();
        double kept = width * (heads.queryWidth() + heads.keyWidth() + heads.valueWidth() + output)
                + (double) Float.BYTES * heads.headCount();
        if (settings.attention() == AttentionKernel.PLAIN) {
            kept += (width + Float.BYTES) * heads.headCount() * settings.sequenceLength();
        }
        return kept + (keepsInput(Slot.QUERY, Slot.KEY, Slot.VALUE) ? width * hidden : 0);
    }

    private double feedForward(FeedForward block) {
        return width * block.inner() * (block.gated() ? 3 : 1)
                + (keepsInput(Slot.GATE, Slot.UP) ? width * block.in() : 0)
                + (keepsInput(Slot.DOWN) ? width * block.inner() : 0);
    }

    /// Each token goes through the chosen experts in a copy of its own.
    private double experts(Experts experts) {
        double routed = experts.expert() instanceof FeedForward expert
                ? Math.max(1, experts.activeExpertCount()) * (feedForward(expert) + width * hidden)
                : 0;
        double shared = experts.parts().stream()
                .map(Part::block)
                .filter(FeedForward.class::isInstance)
                .mapToDouble(block -> feedForward((FeedForward) block))
                .sum();
        return routed + shared + (double) Float.BYTES * experts.expertCount();
    }

    private boolean keepsInput(Slot... slots) {
        return switch (settings.method()) {
            case Method.Full _ -> true;
            case Method.Adapters adapters -> {
                boolean keeps = adapters.isQuantized();
                for (Slot slot : slots) {
                    keeps |= adapters.targets().contains(slot);
                }
                yield keeps;
            }
        };
    }
}
