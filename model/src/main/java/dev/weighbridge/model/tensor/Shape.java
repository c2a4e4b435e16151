package dev.weighbridge.model.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/// The dimensions of a tensor, slowest first (row-major, as PyTorch prints them). A scalar has none.
public final class Shape {
    private static final Shape SCALAR = new Shape(new long[0]);

    private final long[] dimensions;

    private Shape(long[] dimensions) {
        this.dimensions = dimensions;
    }

    /// A shape of these dimensions, slowest first.
    ///
    /// @throws IllegalArgumentException if one is negative
    public static Shape of(long... dimensions) {
        for (long dimension : dimensions) {
            if (dimension < 0) {
                throw new IllegalArgumentException("negative dimension in " + Arrays.toString(dimensions));
            }
        }
        return dimensions.length == 0 ? SCALAR : new Shape(dimensions.clone());
    }

    /// Number of dimensions.
    public int rank() {
        return dimensions.length;
    }

    /// The dimension at `axis`; negative axes count from the end, so -1 is the fastest.
    public long dimension(int axis) {
        return dimensions[axis < 0 ? dimensions.length + axis : axis];
    }

    /// Product of the dimensions, 1 for a scalar.
    ///
    /// @throws ArithmeticException beyond `Long.MAX_VALUE`
    public long elements() {
        long product = 1;
        for (long dimension : dimensions) {
            product = Math.multiplyExact(product, dimension);
        }
        return product;
    }

    /// This shape with one more, slowest dimension in front.
    public Shape stacked(long count) {
        long[] stacked = new long[dimensions.length + 1];
        stacked[0] = count;
        System.arraycopy(dimensions, 0, stacked, 1, dimensions.length);
        return of(stacked);
    }

    /// This shape with its slowest dimension `count` times as long.
    ///
    /// @throws ArithmeticException beyond `Long.MAX_VALUE`
    public Shape joined(long count) {
        long[] joined = dimensions.clone();
        joined[0] = Math.multiplyExact(joined[0], count);
        return of(joined);
    }

    /// The dimensions in the opposite order (GGUF writes the fastest first).
    public Shape reversed() {
        long[] reversed = new long[dimensions.length];
        for (int i = 0; i < reversed.length; i++) {
            reversed[i] = dimensions[dimensions.length - 1 - i];
        }
        return of(reversed);
    }

    /// A copy of the dimensions, slowest first.
    public long[] toArray() {
        return dimensions.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(dimensions, shape.dimensions);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dimensions);
    }

    @Override
    public String toString() {
        return Arrays.stream(dimensions).mapToObj(Long::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
