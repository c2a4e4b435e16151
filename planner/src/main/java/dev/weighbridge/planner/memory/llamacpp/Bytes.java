package dev.weighbridge.planner.memory.llamacpp;

import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.memory.Portion;
import java.util.Arrays;

/// Bytes in main memory and on each device, with what allocation adds to a tensor.
final class Bytes {
    /// ggml-cpu's `TENSOR_ALIGNMENT`.
    private static final long HOST_ALIGNMENT = 32;

    /// `ggml_backend_cuda_buffer_type_get_alignment`.
    private static final long DEVICE_ALIGNMENT = 128;

    /// ggml-cuda's `MATRIX_ROW_PADDING`: kernels read the last row of a quantised matrix beyond its end.
    private static final long ROW_PADDING = 512;

    private final long[] devices;
    private long host;

    Bytes(int deviceCount) {
        devices = new long[deviceCount];
    }

    /// Adds a tensor.
    ///
    /// @param device index, or [Portion#HOST]
    /// @param bytes without padding
    /// @param type of its elements
    /// @param rowElements length of a row
    void addTensor(int device, long bytes, DataType type, long rowElements) {
        if (device == Portion.HOST) {
            host = Math.addExact(host, Cells.padded(bytes, HOST_ALIGNMENT));
            return;
        }
        long beyond = 0;
        if (type.kind() == DataType.Kind.QUANTIZED && rowElements % ROW_PADDING != 0) {
            long missing = ROW_PADDING - rowElements % ROW_PADDING;
            beyond = missing / type.blockElements() * type.blockBytes();
        }
        devices[device] = Math.addExact(devices[device], Cells.padded(bytes + beyond, DEVICE_ALIGNMENT));
    }

    /// Bytes on a device, or in main memory for [Portion#HOST].
    long on(int device) {
        return device == Portion.HOST ? host : devices[device];
    }

    /// Bytes everywhere.
    long total() {
        return host + Arrays.stream(devices).sum();
    }
}
