package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Sequence;

/// A convolution over a plane, without a shift of its own, and the batch norm after it: `convolution` and
/// `normalization`.
///
/// @param in input channels
/// @param out output channels
/// @param kernel width of the square kernel
/// @param stride step
/// @param groups groups of channels that do not mix
/// @param dilation distance between the steps that the kernel reads
/// @param epsilon of the norm
public record NormedConvolution(
        long in, long out, long kernel, long stride, long groups, long dilation, double epsilon) {
    /// With a step of one and an epsilon of 1e-5.
    public static NormedConvolution of(long in, long out, long kernel) {
        return new NormedConvolution(in, out, kernel, 1, 1, 1, 1e-5);
    }

    /// Each channel by itself.
    public static NormedConvolution depthwise(long channels, long kernel) {
        return of(channels, channels, kernel).grouped(channels);
    }

    /// The same with a step.
    public NormedConvolution strided(long step) {
        return new NormedConvolution(in, out, kernel, step, groups, dilation, epsilon);
    }

    /// The same with groups of channels.
    public NormedConvolution grouped(long count) {
        return new NormedConvolution(in, out, kernel, stride, count, dilation, epsilon);
    }

    /// The same with a kernel that reads steps this far apart.
    public NormedConvolution dilated(long distance) {
        return new NormedConvolution(in, out, kernel, stride, groups, distance, epsilon);
    }

    /// The same with another epsilon.
    public NormedConvolution epsilon(double value) {
        return new NormedConvolution(in, out, kernel, stride, groups, dilation, value);
    }

    /// The block, under this name.
    public Sequence named(String name) {
        return named(name, "convolution", "normalization");
    }

    /// The block, under this name, with these names of its two parts.
    public Sequence named(String name, String convolution, String norm) {
        return Sequence.of(
                name,
                Convolution.plane(convolution, in, out, kernel, false)
                        .strided(stride)
                        .grouped(groups)
                        .dilated(dilation),
                Norm.batch(norm, out, epsilon));
    }
}
