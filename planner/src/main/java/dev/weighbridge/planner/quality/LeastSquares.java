package dev.weighbridge.planner.quality;

import java.util.List;

/// Ordinary least squares by the normal equations: few columns, well scaled.
///
/// A hair of ridge keeps a column that is the same for all rows from making the equations singular.
final class LeastSquares {
    private static final double RIDGE = 1e-6;

    private final double[] coefficients;
    private final double[][] inverse;
    private final double deviation;
    private final int freedom;

    private LeastSquares(double[] coefficients, double[][] inverse, double deviation, int freedom) {
        this.coefficients = coefficients;
        this.inverse = inverse;
        this.deviation = deviation;
        this.freedom = freedom;
    }

    /// Fits `y ≈ X·b`.
    ///
    /// @param rows of X `[n][p]`
    /// @param values y `[n]`
    static LeastSquares fit(List<double[]> rows, double[] values) {
        int columns = rows.getFirst().length;
        double[][] normal = new double[columns][columns];
        double[] right = new double[columns];
        for (int n = 0; n < values.length; n++) {
            double[] row = rows.get(n);
            for (int i = 0; i < columns; i++) {
                right[i] += row[i] * values[n];
                for (int j = 0; j < columns; j++) {
                    normal[i][j] += row[i] * row[j];
                }
            }
        }
        for (int i = 0; i < columns; i++) {
            normal[i][i] += RIDGE;
        }
        double[][] inverse = inverse(normal);
        double[] coefficients = new double[columns];
        for (int i = 0; i < columns; i++) {
            coefficients[i] = dot(inverse[i], right);
        }
        double squares = 0;
        for (int n = 0; n < values.length; n++) {
            double residual = values[n] - dot(rows.get(n), coefficients);
            squares += residual * residual;
        }
        int freedom = Math.max(1, values.length - columns);
        return new LeastSquares(coefficients, inverse, Math.sqrt(squares / freedom), freedom);
    }

    /// The value expected at a row.
    double at(double[] row) {
        return dot(row, coefficients);
    }

    /// Standard deviation of the rows about the fit.
    double deviation() {
        return deviation;
    }

    /// How far the row lies from those fitted: the variance of [#at] in units of the squared deviation.
    double leverage(double[] row) {
        double sum = 0;
        for (int i = 0; i < row.length; i++) {
            sum += row[i] * dot(inverse[i], row);
        }
        return sum;
    }

    /// Rows beyond those that the coefficients take up.
    int freedom() {
        return freedom;
    }

    /// The coefficients, in the order of the columns.
    double[] coefficients() {
        return coefficients.clone();
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /// Gauss-Jordan elimination of a positive definite matrix.
    private static double[][] inverse(double[][] matrix) {
        int size = matrix.length;
        double[][] left = new double[size][];
        double[][] right = new double[size][size];
        for (int i = 0; i < size; i++) {
            left[i] = matrix[i].clone();
            right[i][i] = 1;
        }
        for (int pivot = 0; pivot < size; pivot++) {
            scale(left[pivot], right[pivot], 1 / left[pivot][pivot]);
            for (int row = 0; row < size; row++) {
                if (row != pivot) {
                    double factor = left[row][pivot];
                    subtract(left[row], left[pivot], factor);
                    subtract(right[row], right[pivot], factor);
                }
            }
        }
        return right;
    }

    private static void scale(double[] left, double[] right, double factor) {
        for (int i = 0; i < left.length; i++) {
            left[i] *= factor;
            right[i] *= factor;
        }
    }

    private static void subtract(double[] from, double[] row, double factor) {
        for (int i = 0; i < from.length; i++) {
            from[i] -= factor * row[i];
        }
    }
}
