package dev.weighbridge.planner.anatomy;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Tower;
import java.util.List;

/// One layer of a stack.
///
/// @param number its number in the published checkpoint
/// @param tower the part of the model it belongs to
/// @param stack which of the model's stacks it lies in, counted in the order of the tree: encoder and decoder are two
/// @param mixers what exchanges between positions: [Attention], state space, linear attention, causal convolution; a
///     hybrid layer may have several, an encoder-decoder layer has self and cross attention
/// @param feedForwards what works on each position alone: feed-forwards and mixtures of experts
/// @param passes how often the input goes through it
public record Layer(int number, Tower tower, int stack, List<Block> mixers, List<Block> feedForwards, int passes) {
    /// Copies the lists.
    public Layer {
        mixers = List.copyOf(mixers);
        feedForwards = List.copyOf(feedForwards);
    }

    /// The attentions among the mixers.
    public List<Attention> attentions() {
        return mixers.stream()
                .filter(Attention.class::isInstance)
                .map(Attention.class::cast)
                .toList();
    }
}
