package dev.weighbridge.model.block;

import java.util.ArrayList;
import java.util.List;

/// `skip · x + scale · f(x)`, f being the children one after the other: the pre-norm, the mixer or feed-forward, and a
/// post-norm.
///
/// With `normAfter` the sum itself is normalised: `norm(x + f(x))`, the norm being the last child (BERT, the first
/// transformer).
///
/// @param children in the order of computation
/// @param normAfter whether the last child is applied to the sum
/// @param skip factor on the input (LASR); 1 for most
/// @param scale factor on the branch (Granite's residual multiplier, MiniCPM's depth scale); 1 for most
/// @param streams copies of the residual stream that a hyper-connection (arXiv:2409.19606, arXiv:2512.24880) reads,
///     mixes and writes, its parameters being the first child; 1 for none
public record Residual(List<Block> children, boolean normAfter, double skip, double scale, int streams)
        implements Block {
    /// Copies the list.
    public Residual {
        children = List.copyOf(children);
    }

    /// With one stream and the input as it is.
    public Residual(List<Block> children, boolean normAfter, double scale) {
        this(children, normAfter, 1, scale, 1);
    }

    /// `x + f(x)`.
    public static Residual of(Block... children) {
        return new Residual(List.of(children), false, 1);
    }

    /// `x + scale · f(x)`.
    public static Residual scaled(double scale, Block... children) {
        return new Residual(List.of(children), false, scale);
    }

    /// `skip · x + scale · f(x)`.
    public static Residual weighted(double skip, double scale, Block... children) {
        return new Residual(List.of(children), false, skip, scale, 1);
    }

    /// `norm(x + f(x))`, the norm being the last child.
    public static Residual normAfter(Block... children) {
        return new Residual(List.of(children), true, 1);
    }

    /// `f` between `count` streams, read, mixed and written as `connection` says.
    public static Residual hyper(int count, Block connection, Block... children) {
        List<Block> all = new ArrayList<>(children.length + 1);
        all.add(connection);
        all.addAll(List.of(children));
        return new Residual(all, false, 1, 1, count);
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
