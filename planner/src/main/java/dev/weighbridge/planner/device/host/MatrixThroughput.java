package dev.weighbridge.planner.device.host;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/// How fast matrices of 32-bit floats are multiplied, which is what reading a prompt waits for.
///
/// The inner loop takes two rows of the left matrix and four of the right: eight multiplications for six
/// loads, so that the arithmetic units are the limit and not the loads. Every row is an array of its
/// own: the compiler makes vector instructions of the loop only if it need not fear that what it writes
/// is what it reads.
final class MatrixThroughput {
    /// A block of the right matrix is 256 KiB, which the second cache of every processor in question holds.
    private static final int SIDE = 256;

    private static final int PRODUCTS_A_ROUND = 4;

    private MatrixThroughput() {}

    /// Operations a second, an addition and a multiplication being two, of threads together.
    static double measure(int threads, Duration time) {
        List<Multiplier> multipliers =
                IntStream.range(0, threads).mapToObj(_ -> new Multiplier()).toList();
        return Rounds.best(multipliers, time) * threads * PRODUCTS_A_ROUND * 2.0 * SIDE * SIDE * SIDE;
    }

    /// `product += left · right`, all of them square.
    static void multiply(float[][] left, float[][] right, float[][] product) {
        int side = left.length;
        for (int row = 0; row < side; row += 2) {
            for (int k = 0; k < side; k += 4) {
                addRows(left[row], left[row + 1], k, right, product[row], product[row + 1]);
            }
        }
    }

    private static void addRows(float[] a, float[] b, int k, float[][] right, float[] toA, float[] toB) {
        float a0 = a[k], a1 = a[k + 1], a2 = a[k + 2], a3 = a[k + 3];
        float b0 = b[k], b1 = b[k + 1], b2 = b[k + 2], b3 = b[k + 3];
        addRows(a0, a1, a2, a3, b0, b1, b2, b3, right[k], right[k + 1], right[k + 2], right[k + 3], toA, toB);
    }

    private static void addRows(
            float a0,
            float a1,
            float a2,
            float a3,
            float b0,
            float b1,
            float b2,
            float b3,
            float[] r0,
            float[] r1,
            float[] r2,
            float[] r3,
            float[] toA,
            float[] toB) {
        for (int j = 0; j < toA.length; j++) {
            float x0 = r0[j];
            float x1 = r1[j];
            float x2 = r2[j];
            float x3 = r3[j];
            toA[j] = Math.fma(a3, x3, Math.fma(a2, x2, Math.fma(a1, x1, Math.fma(a0, x0, toA[j]))));
            toB[j] = Math.fma(b3, x3, Math.fma(b2, x2, Math.fma(b1, x1, Math.fma(b0, x0, toB[j]))));
        }
    }

    private static final class Multiplier implements Callable<Long> {
        private final float[][] left = filled(0.5f);
        private final float[][] right = filled(0.25f);
        private final float[][] product = filled(0);

        @Override
        public Long call() {
            for (int i = 0; i < PRODUCTS_A_ROUND; i++) {
                multiply(left, right, product);
            }
            return (long) product[0][0];
        }

        private static float[][] filled(float value) {
            float[][] matrix = new float[SIDE][SIDE];
            for (float[] row : matrix) {
                Arrays.fill(row, value);
            }
            return matrix;
        }
    }
}
