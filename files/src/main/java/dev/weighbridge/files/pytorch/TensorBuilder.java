package dev.weighbridge.files.pytorch;

import dev.weighbridge.files.pytorch.PickleValue.Call;
import dev.weighbridge.files.pytorch.PickleValue.Global;
import dev.weighbridge.files.pytorch.PickleValue.Int;
import dev.weighbridge.files.pytorch.PickleValue.Persistent;
import dev.weighbridge.files.pytorch.PickleValue.Raw;
import dev.weighbridge.files.pytorch.PickleValue.Sequence;
import dev.weighbridge.files.pytorch.PickleValue.Text;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.model.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the arguments of the few functions that rebuild a tensor; every other call is none of its business.
///
/// @see <a href="https://github.com/pytorch/pytorch/blob/main/torch/_utils.py">torch/_utils.py</a>
final class TensorBuilder {
    private final String file;

    /// @param file the file's name, for messages
    TensorBuilder(String file) {
        this.file = file;
    }

    /// The tensor that a call rebuilds; null where it rebuilds none.
    @Nullable
    TensorValue tensor(Call call) {
        return switch (call.function()) {
            case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_qtensor" ->
                view(call, storage(call.argument(0)).dataType());
            case "torch._utils._rebuild_tensor_v3" -> view(call, dtype(call.argument(6)));
            case "torch._utils._rebuild_meta_tensor_no_storage" ->
                new TensorValue.Meta(dtype(call.argument(0)), shape(call.argument(1)));
            case "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct" -> array(call.state);
            case "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer" ->
                array(call.argument(2), call.argument(1), call.argument(0));
            default -> null;
        };
    }

    /// Whether a call makes a NumPy array, be it one of numbers or not.
    static boolean isArray(Call call) {
        return switch (call.function()) {
            case "numpy.core.multiarray._reconstruct",
                    "numpy._core.multiarray._reconstruct",
                    "numpy.core.numeric._frombuffer",
                    "numpy._core.numeric._frombuffer" -> true;
            default -> false;
        };
    }

    private TensorValue view(Call call, DataType dataType) {
        Storage storage = storage(call.argument(0));
        Shape shape = shape(call.argument(2));
        long[] stride = longs(call.argument(3), "stride");
        if (!(call.argument(1) instanceof Int(long offset)) || offset < 0 || stride.length != shape.rank()) {
            throw malformed("a tensor whose offset or strides do not fit its shape " + shape);
        }
        return new TensorValue.View(
                dataType, shape, Arrays.stream(stride).boxed().toList(), offset, storage);
    }

    /// An array's state `(version, shape, dtype, isFortranOrder, data)`.
    private @Nullable TensorValue array(@Nullable PickleValue state) {
        return state instanceof Sequence(List<PickleValue> items) && items.size() == 5
                ? array(items.get(1), items.get(2), items.get(4))
                : null;
    }

    private @Nullable TensorValue array(
            @Nullable PickleValue shape, @Nullable PickleValue dtype, @Nullable PickleValue data) {
        DataType dataType = dtype instanceof Call call && call.argument(0) instanceof Text code
                ? TorchTypes.ofNumpy(code.value())
                : null;
        Raw raw = raw(data);
        if (dataType == null || raw == null) {
            return null;
        }
        return new TensorValue.Inline(dataType, shape(shape), raw);
    }

    /// Bytes as they are, inside `bytearray(…)`, or as the Latin-1 text that protocol 2 makes of them.
    private static @Nullable Raw raw(@Nullable PickleValue value) {
        return switch (value) {
            case Raw raw -> raw;
            case Text text when text.offset() >= 0 -> text.raw();
            case Call call when call.argument(0) instanceof Raw raw -> raw;
            case Call call when call.argument(0) instanceof Text text && text.offset() >= 0 -> text.raw();
            case null, default -> null;
        };
    }

    private Storage storage(@Nullable PickleValue value) {
        if (value instanceof Persistent persistent) {
            return Storage.of(persistent, file);
        }
        throw malformed("a tensor without a storage");
    }

    private DataType dtype(@Nullable PickleValue value) {
        if (!(value instanceof Global global)) {
            throw malformed("a tensor without a data type");
        }
        DataType dataType = TorchTypes.ofDtype(global);
        if (dataType == null) {
            throw new UnsupportedException(file + ": the data type " + global.qualified() + " is not known here");
        }
        return dataType;
    }

    /// Dimensions, as a tuple or as `torch.Size(…)`.
    Shape shape(@Nullable PickleValue value) {
        return Shape.of(longs(value, "shape"));
    }

    private long[] longs(@Nullable PickleValue value, String what) {
        if (value instanceof Call call && call.function().equals("torch.Size")) {
            return longs(call.argument(0), what);
        }
        if (!(value instanceof Sequence(List<PickleValue> items)) || items.size() > 64) {
            throw malformed("a tensor whose " + what + " is no tuple of at most 64 numbers");
        }
        long[] longs = new long[items.size()];
        for (int i = 0; i < longs.length; i++) {
            if (!(items.get(i) instanceof Int(long number)) || number < 0) {
                throw malformed("a tensor whose " + what + " holds something other than a number from 0 on");
            }
            longs[i] = number;
        }
        return longs;
    }

    private MalformedException malformed(String what) {
        return new MalformedException(file + ": " + what);
    }
}
