package dev.weighbridge.planner.precision;

import dev.weighbridge.planner.anatomy.Weight;

/// The matrices of one weight, as a quantiser meets them: one, or one for each expert.
///
/// @param count equal matrices
/// @param rows outputs of each
/// @param columns inputs of each, along which groups are formed
record Matrix(long count, long rows, long columns) {
    static Matrix of(Weight weight) {
        int rank = weight.shape().rank();
        long columns = weight.shape().dimension(rank - 1);
        long rows = weight.shape().dimension(rank - 2);
        long stacked = weight.shape().elements() / Math.max(1, Math.multiplyExact(rows, columns));
        return new Matrix(Math.multiplyExact(stacked, weight.copies()), rows, columns);
    }

    /// Elements of one.
    long elements() {
        return Math.multiplyExact(rows, columns);
    }

    /// Groups along the inputs; one where the group is the whole row.
    long groups(int size) {
        return size <= 0 ? 1 : Math.ceilDiv(columns, size);
    }
}
