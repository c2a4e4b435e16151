package dev.weighbridge.files.gguf;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.tensor.DataType;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// The codes by which GGUF names data types (`enum ggml_type` in llama.cpp's `ggml.h`, and 142 and 143 of PrismML's
/// fork).
public final class GgmlType {
    private static final int CODES = 144;
    private static final @Nullable DataType[] BY_CODE = byCode();

    private GgmlType() {}

    /// The data type of that code; empty for a code that no known program writes, or no longer.
    public static Optional<DataType> of(long code) {
        return code >= 0 && code < CODES ? Optional.ofNullable(BY_CODE[(int) code]) : Optional.empty();
    }

    /// The code of that data type; empty where GGUF cannot store it.
    public static OptionalInt code(DataType type) {
        for (int code = 0; code < CODES; code++) {
            if (BY_CODE[code] == type) {
                return OptionalInt.of(code);
            }
        }
        return OptionalInt.empty();
    }

    /// The data type of that code.
    ///
    /// @param file the name shown in messages
    /// @param tensor the name shown in messages
    /// @throws UnsupportedException for any other code, with the name it had or has elsewhere
    static DataType require(long code, String file, String tensor) {
        DataType type = code >= 0 && code < CODES ? BY_CODE[(int) code] : null;
        if (type != null) {
            return type;
        }
        String where = file + ": tensor " + tensor;
        String removed = removedName(code);
        if (removed != null) {
            throw new UnsupportedException(
                    where + " has type " + code + " (" + removed + "), which llama.cpp has removed",
                    "quantize the model again from its original weights");
        }
        throw new UnsupportedException(where + " has the unknown type " + code
                + (isOfFork(code) ? ", one of the types of ik_llama.cpp" : "")
                + "; known are F32 (0) to Q2_0 (42), PQ2_0 (142) and PTQ1_0 (143)");
    }

    private static @Nullable String removedName(long code) {
        return switch (Math.clamp(code, -1, CODES)) {
            case 4 -> "Q4_2";
            case 5 -> "Q4_3";
            case 31 -> "Q4_0_4_4";
            case 32 -> "Q4_0_4_8";
            case 33 -> "Q4_0_8_8";
            case 36 -> "IQ4_NL_4_4";
            case 37 -> "IQ4_NL_4_8";
            case 38 -> "IQ4_NL_8_8";
            default -> null;
        };
    }

    private static boolean isOfFork(long code) {
        return (code >= 97 && code <= 158) || (code >= 202 && code <= 399);
    }

    private static @Nullable DataType[] byCode() {
        @Nullable DataType[] types = new DataType[CODES];
        types[0] = DataType.F32;
        types[1] = DataType.F16;
        types[2] = DataType.Q4_0;
        types[3] = DataType.Q4_1;
        types[6] = DataType.Q5_0;
        types[7] = DataType.Q5_1;
        types[8] = DataType.Q8_0;
        types[9] = DataType.Q8_1;
        types[10] = DataType.Q2_K;
        types[11] = DataType.Q3_K;
        types[12] = DataType.Q4_K;
        types[13] = DataType.Q5_K;
        types[14] = DataType.Q6_K;
        types[15] = DataType.Q8_K;
        types[16] = DataType.IQ2_XXS;
        types[17] = DataType.IQ2_XS;
        types[18] = DataType.IQ3_XXS;
        types[19] = DataType.IQ1_S;
        types[20] = DataType.IQ4_NL;
        types[21] = DataType.IQ3_S;
        types[22] = DataType.IQ2_S;
        types[23] = DataType.IQ4_XS;
        types[24] = DataType.I8;
        types[25] = DataType.I16;
        types[26] = DataType.I32;
        types[27] = DataType.I64;
        types[28] = DataType.F64;
        types[29] = DataType.IQ1_M;
        types[30] = DataType.BF16;
        types[34] = DataType.TQ1_0;
        types[35] = DataType.TQ2_0;
        types[39] = DataType.MXFP4;
        types[40] = DataType.NVFP4;
        types[41] = DataType.Q1_0;
        types[42] = DataType.Q2_0;
        types[142] = DataType.PQ2_0;
        types[143] = DataType.PTQ1_0;
        return types;
    }
}
