package dev.weighbridge.engine.layer;

import dev.weighbridge.engine.weight.Matrix;

/// A row of a table for every token: by its id, by its position, or the first row for all (token types of one segment).
///
/// @param table one row an index
/// @param scale factor on the rows
/// @param index which row
/// @param offset added to positions
/// @param adds whether the rows are added to the input rather than put in its place
record EmbeddingLayer(Matrix table, float scale, Index index, int offset, boolean adds) implements Layer {
    /// Which row a token takes.
    enum Index {
        TOKEN,
        POSITION,
        FIRST
    }

    @Override
    public int width() {
        return table.columns();
    }

    @Override
    public void apply(Step step, float[] x, float[] y) {
        int width = width();
        float[] row = step.borrow(width);
        for (int t = 0; t < step.tokens(); t++) {
            table.row(rowOf(step, t), row, 0);
            for (int i = 0; i < width; i++) {
                y[t * width + i] = scale * row[i] + (adds ? x[t * width + i] : 0);
            }
        }
        step.giveBack(row);
    }

    private int rowOf(Step step, int token) {
        return switch (index) {
            case TOKEN -> step.id(token);
            case POSITION -> step.position(token) + offset;
            case FIRST -> 0;
        };
    }
}
