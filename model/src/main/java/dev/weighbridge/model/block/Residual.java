package dev.weighbridge.model.block;

import java.util.List;

/// `x + scale · f(x)`, f being the children one after the other: the pre-norm, the mixer or feed-forward, and a
/// post-norm.
///
/// With `normAfter` the sum itself is normalised: `norm(x + f(x))`, the norm being the last child (BERT, the first
/// transformer).
///
/// @param children in the order of computation
/// @param normAfter whether the last child is applied to the sum
/// @param scale factor on the branch (Granite's residual multiplier, MiniCPM's depth scale); 1 for most
public record Residual(List<Block> children, boolean normAfter, double scale) implements Block {
    /// Copies the list.
    public Residual {
        children = List.copyOf(children);
    }

    /// `x + f(x)`.
    public static Residual of(Block... children) {
        return new Residual(List.of(children), false, 1);
    }

    /// `x + scale · f(x)`.
    public static Residual scaled(double scale, Block... children) {
        return new Residual(List.of(children), false, scale);
    }

    /// `norm(x + f(x))`, the norm being the last child.
    public static Residual normAfter(Block... children) {
        return new Residual(List.of(children), true, 1);
    }

    @Override
    public String name() {
        return "";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }
}
