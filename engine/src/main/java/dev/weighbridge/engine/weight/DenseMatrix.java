package dev.weighbridge.engine.weight;

/// A matrix of floats on the heap.
///
/// @param rows length of an output
/// @param columns length of an input
/// @param values row after row
record DenseMatrix(int rows, int columns, float[] values) implements Matrix {
    DenseMatrix {
        if (values.length != (long) rows * columns) {
            throw new IllegalArgumentException(values.length + " values for " + rows + " × " + columns);
        }
    }

    @Override
    public void multiply(float[] x, float[] y, int tokens) {
        for (int t = 0; t < tokens; t++) {
            for (int r = 0; r < rows; r++) {
                y[t * rows + r] = dot(r * columns, x, t * columns);
            }
        }
    }

    private float dot(int at, float[] x, int from) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = 0;
        for (; i + 3 < columns; i += 4) {
            a += values[at + i] * x[from + i];
            b += values[at + i + 1] * x[from + i + 1];
            c += values[at + i + 2] * x[from + i + 2];
            d += values[at + i + 3] * x[from + i + 3];
        }
        for (; i < columns; i++) {
            a += values[at + i] * x[from + i];
        }
        return (a + b) + (c + d);
    }

    @Override
    public void row(int row, float[] target, int offset) {
        System.arraycopy(values, row * columns, target, offset, columns);
    }
}
