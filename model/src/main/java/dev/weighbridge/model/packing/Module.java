package dev.weighbridge.model.packing;

import dev.weighbridge.model.checkpoint.StoredTensor;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.model.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The stored tensors of one layer that a quantiser has packed, around the one that holds the values.
///
/// @param name the layer's name, without the dot before its tensors
/// @param values the packed values
/// @param tensors every tensor of the checkpoint by name
/// @param settings what the configuration says
record Module(String name, StoredTensor values, Map<String, StoredTensor> tensors, QuantizationSettings settings) {
    /// The sibling of that name, or null.
    @Nullable
    StoredTensor sibling(String suffix) {
        return tensors.get(name + suffix);
    }

    boolean has(String suffix) {
        return tensors.containsKey(name + suffix);
    }

    /// A dimension of the values; 0 where there are not so many.
    long dimension(int axis) {
        return dimension(values, axis);
    }

    /// A dimension of a tensor; 0 where there is none.
    static long dimension(@Nullable StoredTensor tensor, int axis) {
        if (tensor == null) {
            return 0;
        }
        int rank = tensor.shape().rank();
        return axis < rank && axis >= -rank ? tensor.shape().dimension(axis) : 0;
    }

    boolean isOf(DataType type) {
        return values.dataType() == type;
    }

    /// A layer that is a matrix of rows of `in` elements, or a stack of such.
    Packed packed(String storageType, long rows, long in, String... siblings) {
        long[] dimensions = values.shape().toArray();
        if (dimensions.length < 2 || rows <= 0 || in <= 0) {
            return Packed.NONE;
        }
        dimensions[dimensions.length - 2] = rows;
        dimensions[dimensions.length - 1] = in;
        return packed(name + ".weight", storageType, Shape.of(dimensions), siblings);
    }

    /// A layer that is one matrix, whatever the shape of what is stored.
    Packed packedMatrix(String storageType, long rows, long in, String... siblings) {
        return rows <= 0 || in <= 0 ? Packed.NONE : packed(name + ".weight", storageType, Shape.of(rows, in), siblings);
    }

    /// A layer whose elements are known by their number alone.
    Packed packedFlat(String storageType, long elements, String... siblings) {
        return elements <= 0 ? Packed.NONE : packed(name + ".weight", storageType, Shape.of(elements), siblings);
    }

    Packed packed(String logicalName, String storageType, Shape shape, String... siblings) {
        List<StoredTensor> stored = new ArrayList<>();
        stored.add(values);
        for (String suffix : siblings) {
            StoredTensor sibling = sibling(suffix);
            if (sibling != null) {
                stored.add(sibling);
            }
        }
        return new Packed(new LogicalTensor(logicalName, shape, storageType, stored), "");
    }
}
