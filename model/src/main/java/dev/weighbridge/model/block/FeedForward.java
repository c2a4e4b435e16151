package dev.weighbridge.model.block;

import java.util.List;

/// A feed-forward: `down(act(up(x)))`, or `down(act(gate(x)) · up(x))` when gated.
///
/// @param name path segment
/// @param in width of input and output
/// @param inner width between (`feedForwardSize`)
/// @param activation the non-linearity
/// @param gated whether it is of the second form
/// @param parts matrices by slot: UP, DOWN, GATE or GATE_UP, INNER_NORM
public record FeedForward(String name, long in, long inner, Activation activation, boolean gated, List<Part> parts)
        implements Block {
    /// Copies the list.
    public FeedForward {
        parts = List.copyOf(parts);
    }

    /// The same with another non-linearity.
    public FeedForward activated(Activation other) {
        return new FeedForward(name, in, inner, other, gated, parts);
    }

    @Override
    public List<Block> children() {
        return Part.blocks(parts);
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }
}
