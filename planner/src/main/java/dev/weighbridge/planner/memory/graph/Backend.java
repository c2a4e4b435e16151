package dev.weighbridge.planner.memory.graph;

/// What computes a part of a graph and holds its results.
///
/// @param alignment of every tensor, bytes
/// @param rowPadding elements that a row of a quantised tensor is filled up to; 1 for none
record Backend(long alignment, long rowPadding) {
    /// The processor (ggml v0.5.0, `TENSOR_ALIGNMENT`).
    static final Backend PROCESSOR = new Backend(32, 1);

    /// An accelerator, with the rules of CUDA, which HIP shares (ggml v0.5.0, `ggml-cuda.cu`: alignment 128,
    /// `MATRIX_ROW_PADDING` 512).
    static final Backend ACCELERATOR = new Backend(128, 512);

    /// Bytes that a tensor takes here.
    long bytes(Tensor tensor) {
        if (tensor.storedBytes > 0) {
            return tensor.storedBytes;
        }
        long bytes = tensor.bytes();
        int block = tensor.type.blockElements();
        long odd = tensor.shape[0] % rowPadding;
        if (block > 1 && odd != 0) {
            bytes += (rowPadding - odd) / block * tensor.type.blockBytes();
        }
        return bytes;
    }
}
