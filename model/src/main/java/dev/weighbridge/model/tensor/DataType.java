package dev.weighbridge.model.tensor;

/// How the elements of a tensor are stored: a plain number type, or a quantisation type that packs a block of elements
/// together with its scales.
///
/// Block sizes of the quantisation types are those of ggml (`ggml-common.h`, `block_q4_0` and its neighbours).
public enum DataType {
    F64(1, 8, Kind.FLOAT),
    F32(1, 4, Kind.FLOAT),
    F16(1, 2, Kind.FLOAT),
    BF16(1, 2, Kind.FLOAT),
    F8_E4M3(1, 1, Kind.FLOAT),
    F8_E5M2(1, 1, Kind.FLOAT),
    F8_E4M3FNUZ(1, 1, Kind.FLOAT),
    F8_E5M2FNUZ(1, 1, Kind.FLOAT),
    F8_E8M0(1, 1, Kind.FLOAT),
    F6_E2M3(4, 3, Kind.FLOAT),
    F6_E3M2(4, 3, Kind.FLOAT),
    F4(2, 1, Kind.FLOAT),
    C64(1, 8, Kind.COMPLEX),
    C128(1, 16, Kind.COMPLEX),
    I64(1, 8, Kind.INTEGER),
    I32(1, 4, Kind.INTEGER),
    I16(1, 2, Kind.INTEGER),
    I8(1, 1, Kind.INTEGER),
    I4(2, 1, Kind.INTEGER),
    I2(4, 1, Kind.INTEGER),
    U64(1, 8, Kind.INTEGER),
    U32(1, 4, Kind.INTEGER),
    U16(1, 2, Kind.INTEGER),
    U8(1, 1, Kind.INTEGER),
    U4(2, 1, Kind.INTEGER),
    U2(4, 1, Kind.INTEGER),
    BOOL(1, 1, Kind.INTEGER),
    Q4_0(32, 18, Kind.QUANTIZED),
    Q4_1(32, 20, Kind.QUANTIZED),
    Q5_0(32, 22, Kind.QUANTIZED),
    Q5_1(32, 24, Kind.QUANTIZED),
    Q8_0(32, 34, Kind.QUANTIZED),
    // 40 as gguf-py writes it to files; ggml's own block in memory takes 36, but no published file holds this type.
    Q8_1(32, 40, Kind.QUANTIZED),
    Q2_K(256, 84, Kind.QUANTIZED),
    Q3_K(256, 110, Kind.QUANTIZED),
    Q4_K(256, 144, Kind.QUANTIZED),
    Q5_K(256, 176, Kind.QUANTIZED),
    Q6_K(256, 210, Kind.QUANTIZED),
    Q8_K(256, 292, Kind.QUANTIZED),
    IQ1_S(256, 50, Kind.QUANTIZED),
    IQ1_M(256, 56, Kind.QUANTIZED),
    IQ2_XXS(256, 66, Kind.QUANTIZED),
    IQ2_XS(256, 74, Kind.QUANTIZED),
    IQ2_S(256, 82, Kind.QUANTIZED),
    IQ3_XXS(256, 98, Kind.QUANTIZED),
    IQ3_S(256, 110, Kind.QUANTIZED),
    IQ4_NL(32, 18, Kind.QUANTIZED),
    IQ4_XS(256, 136, Kind.QUANTIZED),
    TQ1_0(256, 54, Kind.QUANTIZED),
    TQ2_0(256, 66, Kind.QUANTIZED),
    MXFP4(32, 17, Kind.QUANTIZED),
    NVFP4(64, 36, Kind.QUANTIZED),
    Q1_0(128, 18, Kind.QUANTIZED),
    Q2_0(64, 18, Kind.QUANTIZED),
    // The two of PrismML's fork of llama.cpp that published models use.
    PQ2_0(128, 34, Kind.QUANTIZED),
    PTQ1_0(128, 28, Kind.QUANTIZED);

    /// What a type's elements are.
    public enum Kind {
        FLOAT,
        COMPLEX,
        INTEGER,
        QUANTIZED
    }

    private final int blockElements;
    private final int blockBytes;
    private final Kind kind;

    DataType(int blockElements, int blockBytes, Kind kind) {
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
        this.kind = kind;
    }

    /// Elements packed into one block; 1 for a plain type.
    public int blockElements() {
        return blockElements;
    }

    /// Bytes of one block.
    public int blockBytes() {
        return blockBytes;
    }

    /// What the elements are.
    public Kind kind() {
        return kind;
    }

    /// Storage per element, scales of a quantisation type included.
    public double bitsPerElement() {
        return blockBytes * 8.0 / blockElements;
    }

    /// Bytes that `elements` elements in one contiguous run take.
    ///
    /// @throws IllegalArgumentException if they do not fill whole blocks
    /// @throws ArithmeticException beyond `Long.MAX_VALUE`
    public long bytes(long elements) {
        if (elements % blockElements != 0) {
            throw new IllegalArgumentException(
                    elements + " elements do not fill whole blocks of " + blockElements + " (" + name() + ")");
        }
        return Math.multiplyExact(elements / blockElements, (long) blockBytes);
    }
}
