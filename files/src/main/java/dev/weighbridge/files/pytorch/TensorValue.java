package dev.weighbridge.files.pytorch;

import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.model.tensor.Shape;
import java.util.List;

/// A tensor that a pickle describes, and where its elements are.
sealed interface TensorValue {
    DataType dataType();

    /// Its dimensions, slowest first.
    Shape shape();

    /// A view of a storage.
    ///
    /// @param dataType of its elements
    /// @param shape dimensions, slowest first
    /// @param stride per dimension, in elements
    /// @param offsetElements of its first element from the start of the storage
    /// @param storage what it is a view of
    record View(DataType dataType, Shape shape, List<Long> stride, long offsetElements, Storage storage)
            implements TensorValue {
        /// Elements from the first to the last it touches, both included; 0 for an empty tensor.
        ///
        /// @throws ArithmeticException beyond `Long.MAX_VALUE`
        long extentElements() {
            long last = 0;
            for (int i = 0; i < stride.size(); i++) {
                if (shape.dimension(i) == 0) {
                    return 0;
                }
                last = Math.addExact(last, Math.multiplyExact(shape.dimension(i) - 1, stride.get(i)));
            }
            return Math.addExact(last, 1);
        }

        /// Whether its elements follow one another in row-major order.
        boolean isContiguous() {
            long expected = 1;
            for (int i = stride.size() - 1; i >= 0; i--) {
                long dimension = shape.dimension(i);
                if (dimension == 0) {
                    return true;
                }
                if (dimension != 1 && stride.get(i) != expected) {
                    return false;
                }
                expected *= dimension;
            }
            return true;
        }
    }

    /// A NumPy array, whose data stands inside the pickle.
    ///
    /// @param dataType of its elements
    /// @param shape dimensions, slowest first
    /// @param data where its bytes are
    record Inline(DataType dataType, Shape shape, PickleValue.Raw data) implements TensorValue {}

    /// A tensor of PyTorch's meta device: a shape without data.
    ///
    /// @param dataType of its elements
    /// @param shape dimensions, slowest first
    record Meta(DataType dataType, Shape shape) implements TensorValue {}
}
