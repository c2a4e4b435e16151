package dev.weighbridge.files.onnx;

import dev.weighbridge.model.tensor.DataType;
import java.util.Map;
import java.util.Optional;

/// The codes of `TensorProto.DataType`.
///
/// @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto, TensorProto.DataType</a>
final class OnnxType {
    /// Texts, which are no numbers and so never parameters.
    static final long STRING = 8;

    private static final Map<Long, DataType> TYPES = Map.ofEntries(
            Map.entry(1L, DataType.F32),
            Map.entry(2L, DataType.U8),
            Map.entry(3L, DataType.I8),
            Map.entry(4L, DataType.U16),
            Map.entry(5L, DataType.I16),
            Map.entry(6L, DataType.I32),
            Map.entry(7L, DataType.I64),
            Map.entry(9L, DataType.BOOL),
            Map.entry(10L, DataType.F16),
            Map.entry(11L, DataType.F64),
            Map.entry(12L, DataType.U32),
            Map.entry(13L, DataType.U64),
            Map.entry(14L, DataType.C64),
            Map.entry(15L, DataType.C128),
            Map.entry(16L, DataType.BF16),
            Map.entry(17L, DataType.F8_E4M3),
            Map.entry(18L, DataType.F8_E4M3FNUZ),
            Map.entry(19L, DataType.F8_E5M2),
            Map.entry(20L, DataType.F8_E5M2FNUZ),
            Map.entry(21L, DataType.U4),
            Map.entry(22L, DataType.I4),
            Map.entry(23L, DataType.F4),
            Map.entry(24L, DataType.F8_E8M0),
            Map.entry(25L, DataType.U2),
            Map.entry(26L, DataType.I2),
            Map.entry(27L, DataType.F6_E2M3),
            Map.entry(28L, DataType.F6_E3M2));

    private OnnxType() {}

    /// The data type of a code, where it is one of numbers.
    static Optional<DataType> of(long code) {
        return Optional.ofNullable(TYPES.get(code));
    }

    /// Bytes that so many elements take in `raw_data`; a last byte may be part filled.
    ///
    /// @throws ArithmeticException beyond `Long.MAX_VALUE`
    static long rawBytes(DataType type, long elements) {
        long whole = Math.multiplyExact(elements / type.blockElements(), (long) type.blockBytes());
        long restBits = elements % type.blockElements() * type.blockBytes() * Byte.SIZE / type.blockElements();
        return Math.addExact(whole, Math.ceilDiv(restBits, (long) Byte.SIZE));
    }
}
