package dev.weighbridge.files.pytorch;

import dev.weighbridge.model.tensor.DataType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// PyTorch's and NumPy's names for data types.
///
/// @see <a href="https://github.com/pytorch/pytorch/blob/main/torch/storage.py">torch/storage.py</a>
final class TorchTypes {
    private static final Map<String, DataType> STORAGES = Map.ofEntries(
            Map.entry("DoubleStorage", DataType.F64),
            Map.entry("FloatStorage", DataType.F32),
            Map.entry("HalfStorage", DataType.F16),
            Map.entry("BFloat16Storage", DataType.BF16),
            Map.entry("ComplexFloatStorage", DataType.C64),
            Map.entry("ComplexDoubleStorage", DataType.C128),
            Map.entry("LongStorage", DataType.I64),
            Map.entry("IntStorage", DataType.I32),
            Map.entry("ShortStorage", DataType.I16),
            Map.entry("CharStorage", DataType.I8),
            Map.entry("ByteStorage", DataType.U8),
            Map.entry("BoolStorage", DataType.BOOL),
            Map.entry("QInt8Storage", DataType.I8),
            Map.entry("QUInt8Storage", DataType.U8),
            Map.entry("QInt32Storage", DataType.I32),
            Map.entry("UntypedStorage", DataType.U8),
            Map.entry("_UntypedStorage", DataType.U8));

    private static final Map<String, DataType> DTYPES = Map.ofEntries(
            Map.entry("float64", DataType.F64),
            Map.entry("float32", DataType.F32),
            Map.entry("float16", DataType.F16),
            Map.entry("bfloat16", DataType.BF16),
            Map.entry("float8_e4m3fn", DataType.F8_E4M3),
            Map.entry("float8_e5m2", DataType.F8_E5M2),
            Map.entry("float8_e4m3fnuz", DataType.F8_E4M3FNUZ),
            Map.entry("float8_e5m2fnuz", DataType.F8_E5M2FNUZ),
            Map.entry("float8_e8m0fnu", DataType.F8_E8M0),
            Map.entry("float4_e2m1fn_x2", DataType.F4),
            Map.entry("complex64", DataType.C64),
            Map.entry("complex128", DataType.C128),
            Map.entry("int64", DataType.I64),
            Map.entry("int32", DataType.I32),
            Map.entry("int16", DataType.I16),
            Map.entry("int8", DataType.I8),
            Map.entry("uint64", DataType.U64),
            Map.entry("uint32", DataType.U32),
            Map.entry("uint16", DataType.U16),
            Map.entry("uint8", DataType.U8),
            Map.entry("bool", DataType.BOOL),
            Map.entry("qint8", DataType.I8),
            Map.entry("quint8", DataType.U8),
            Map.entry("qint32", DataType.I32));

    private static final Map<String, DataType> NUMPY = Map.ofEntries(
            Map.entry("f8", DataType.F64),
            Map.entry("f4", DataType.F32),
            Map.entry("f2", DataType.F16),
            Map.entry("c8", DataType.C64),
            Map.entry("c16", DataType.C128),
            Map.entry("i8", DataType.I64),
            Map.entry("i4", DataType.I32),
            Map.entry("i2", DataType.I16),
            Map.entry("i1", DataType.I8),
            Map.entry("u8", DataType.U64),
            Map.entry("u4", DataType.U32),
            Map.entry("u2", DataType.U16),
            Map.entry("u1", DataType.U8),
            Map.entry("b1", DataType.BOOL));

    private TorchTypes() {}

    /// The element type of a storage class such as `torch.FloatStorage`; untyped storage counts bytes.
    static @Nullable DataType ofStorage(PickleValue.Global type) {
        return isTorch(type) ? STORAGES.get(type.name()) : null;
    }

    /// The data type that `torch.float32` and its like name.
    static @Nullable DataType ofDtype(PickleValue.Global type) {
        return type.module().equals("torch") ? DTYPES.get(type.name()) : null;
    }

    /// The data type of a NumPy code such as `f4`.
    static @Nullable DataType ofNumpy(String code) {
        return NUMPY.get(code);
    }

    private static boolean isTorch(PickleValue.Global type) {
        return type.module().equals("torch") || type.module().startsWith("torch.");
    }
}
