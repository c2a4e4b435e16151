package dev.weighbridge.model.block;

import dev.weighbridge.model.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A convolution in one, two or three dimensions.
///
/// @param name path segment
/// @param in input channels
/// @param out output channels
/// @param kernel width in each dimension
/// @param stride step, equal in every dimension
/// @param groups groups of channels that do not mix; `in` for a depthwise one
/// @param bias whether there is a shift per output channel
/// @param transposed whether it widens; the weight is then `[in, out / groups, kernel…]`
/// @param dilation distance between the steps that a kernel reads; 1 for most
/// @param causal whether it reads only the past, which makes it keep `kernel − 1` steps of state when decoding
/// @param normDimension the dimension of the weight whose slices are stored as a length `weight_g` and a direction
///     `weight_v` (weight normalisation, arXiv:1602.07868); −1 for a plain weight
/// @param role what it is for; [Role#OTHER] takes that of its surroundings
public record Convolution(
        String name,
        long in,
        long out,
        List<Long> kernel,
        long stride,
        long groups,
        long dilation,
        boolean bias,
        boolean transposed,
        boolean causal,
        int normDimension,
        Role role)
        implements Block {
    /// Copies the kernel and checks that the groups divide the channels.
    public Convolution {
        kernel = List.copyOf(kernel);
        if (normDimension >= 2 + kernel.size()) {
            throw new IllegalArgumentException("convolution " + name + ": no dimension " + normDimension);
        }
        if (groups <= 0 || in % groups != 0 || out % groups != 0) {
            throw new IllegalArgumentException("convolution " + name + ": " + groups + " groups do not divide " + in
                    + " and " + out + " channels");
        }
    }

    /// A convolution over a line.
    public static Convolution line(String name, long in, long out, long kernel, boolean bias) {
        return new Convolution(name, in, out, List.of(kernel), 1, 1, 1, bias, false, false, -1, Role.CONVOLUTION);
    }

    /// A convolution over a plane with a square kernel.
    public static Convolution plane(String name, long in, long out, long kernel, boolean bias) {
        return new Convolution(
                name, in, out, List.of(kernel, kernel), 1, 1, 1, bias, false, false, -1, Role.CONVOLUTION);
    }

    /// A convolution over a volume.
    public static Convolution volume(String name, long in, long out, List<Long> kernel, boolean bias) {
        return new Convolution(name, in, out, kernel, 1, 1, 1, bias, false, false, -1, Role.CONVOLUTION);
    }

    /// A depthwise causal convolution over a line, as recurrent mixers have it; its role is theirs.
    public static Convolution causal(String name, long channels, long kernel, boolean bias) {
        return new Convolution(
                name, channels, channels, List.of(kernel), 1, channels, 1, bias, false, true, -1, Role.OTHER);
    }

    /// The same with a step.
    public Convolution strided(long step) {
        return new Convolution(
                name, in, out, kernel, step, groups, dilation, bias, transposed, causal, normDimension, role);
    }

    /// The same with groups of channels.
    public Convolution grouped(long count) {
        return new Convolution(
                name, in, out, kernel, stride, count, dilation, bias, transposed, causal, normDimension, role);
    }

    /// The same, widening.
    public Convolution widening() {
        return new Convolution(
                name, in, out, kernel, stride, groups, dilation, bias, true, causal, normDimension, role);
    }

    /// The same with a kernel that reads steps this far apart.
    public Convolution dilated(long distance) {
        return new Convolution(
                name, in, out, kernel, stride, groups, distance, bias, transposed, causal, normDimension, role);
    }

    /// The same, reading only the past.
    public Convolution pastOnly() {
        return new Convolution(
                name, in, out, kernel, stride, groups, dilation, bias, transposed, true, normDimension, role);
    }

    /// The same with its weight stored as lengths and directions of the slices along `dimension`.
    public Convolution weightNormed(int dimension) {
        return new Convolution(
                name, in, out, kernel, stride, groups, dilation, bias, transposed, causal, dimension, role);
    }

    /// The same with a role of its own.
    public Convolution as(Role own) {
        return new Convolution(
                name, in, out, kernel, stride, groups, dilation, bias, transposed, causal, normDimension, own);
    }

    @Override
    public List<Block> children() {
        return List.of();
    }

    @Override
    public List<Parameter> parameters() {
        long[] shape = new long[2 + kernel.size()];
        shape[0] = transposed ? in : out;
        shape[1] = (transposed ? out : in) / groups;
        for (int i = 0; i < kernel.size(); i++) {
            shape[2 + i] = kernel.get(i);
        }
        List<Parameter> parameters = new ArrayList<>(3);
        if (normDimension < 0) {
            parameters.add(new Parameter(".weight", Shape.of(shape), role));
        } else {
            parameters.add(new Parameter(".weight_g", lengths(shape), role));
            parameters.add(new Parameter(".weight_v", Shape.of(shape), role));
        }
        if (bias) {
            parameters.add(new Parameter(".bias", Shape.of(out), role));
        }
        return parameters;
    }

    private Shape lengths(long[] weight) {
        long[] lengths = new long[weight.length];
        Arrays.fill(lengths, 1);
        lengths[normDimension] = weight[normDimension];
        return Shape.of(lengths);
    }
}
