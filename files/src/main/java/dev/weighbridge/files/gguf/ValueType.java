package dev.weighbridge.files.gguf;

import org.jspecify.annotations.Nullable;

/// The kinds of metadata values, in the order of their codes from 0 on.
enum ValueType {
    UINT8(1),
    INT8(1),
    UINT16(2),
    INT16(2),
    UINT32(4),
    INT32(4),
    FLOAT32(4),
    BOOL(1),
    STRING(8),
    ARRAY(12),
    UINT64(8),
    INT64(8),
    FLOAT64(8);

    private static final ValueType[] BY_CODE = values();

    private final int leastBytes;

    ValueType(int leastBytes) {
        this.leastBytes = leastBytes;
    }

    /// The type of that code, or null.
    static @Nullable ValueType of(long code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[(int) code] : null;
    }

    /// The fewest bytes that a value can take; exact for all but strings and arrays.
    int leastBytes() {
        return leastBytes;
    }

    /// Whether every value takes the same number of bytes.
    boolean isFixed() {
        return this != STRING && this != ARRAY;
    }

    /// The name in lower case, as shown.
    String label() {
        return switch (this) {
            case UINT8 -> "uint8";
            case INT8 -> "int8";
            case UINT16 -> "uint16";
            case INT16 -> "int16";
            case UINT32 -> "uint32";
            case INT32 -> "int32";
            case FLOAT32 -> "float32";
            case BOOL -> "bool";
            case STRING -> "string";
            case ARRAY -> "array";
            case UINT64 -> "uint64";
            case INT64 -> "int64";
            case FLOAT64 -> "float64";
        };
    }
}
