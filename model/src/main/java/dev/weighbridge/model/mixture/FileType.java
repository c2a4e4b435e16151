package dev.weighbridge.model.mixture;

import dev.weighbridge.model.tensor.DataType;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The file types that people name, with the value of `general.file_type` and the type that most tensors get.
public enum FileType {
    F32(0, DataType.F32),
    F16(1, DataType.F16),
    BF16(32, DataType.BF16),
    Q4_0(2, DataType.Q4_0),
    Q4_1(3, DataType.Q4_1),
    Q5_0(8, DataType.Q5_0),
    Q5_1(9, DataType.Q5_1),
    Q8_0(7, DataType.Q8_0),
    Q2_K(10, DataType.Q2_K),
    Q2_K_S(21, DataType.Q2_K),
    Q3_K_S(11, DataType.Q3_K),
    Q3_K_M(12, DataType.Q3_K),
    Q3_K_L(13, DataType.Q3_K),
    Q4_K_S(14, DataType.Q4_K),
    Q4_K_M(15, DataType.Q4_K),
    Q5_K_S(16, DataType.Q5_K),
    Q5_K_M(17, DataType.Q5_K),
    Q6_K(18, DataType.Q6_K),
    IQ1_S(24, DataType.IQ1_S),
    IQ1_M(31, DataType.IQ1_M),
    IQ2_XXS(19, DataType.IQ2_XXS),
    IQ2_XS(20, DataType.IQ2_XS),
    // Its tensors are of type IQ2_XS for the most part; IQ2_M is the one of type IQ2_S.
    IQ2_S(28, DataType.IQ2_XS),
    IQ2_M(29, DataType.IQ2_S),
    IQ3_XXS(23, DataType.IQ3_XXS),
    IQ3_XS(22, DataType.IQ3_S),
    IQ3_S(26, DataType.IQ3_S),
    IQ3_M(27, DataType.IQ3_S),
    IQ4_XS(30, DataType.IQ4_XS),
    IQ4_NL(25, DataType.IQ4_NL),
    TQ1_0(36, DataType.TQ1_0),
    TQ2_0(37, DataType.TQ2_0),
    MXFP4_MOE(38, DataType.MXFP4),
    Q1_0(40, DataType.Q1_0),
    Q2_0(41, DataType.Q2_0);

    private final int code;
    private final DataType dataType;

    FileType(int code, DataType dataType) {
        this.code = code;
        this.dataType = dataType;
    }

    /// The value of `general.file_type`.
    public int code() {
        return code;
    }

    /// The type that a matrix gets where no rule says otherwise.
    public DataType dataType() {
        return dataType;
    }

    /// Whether its tensors are blocks with scales, not plain numbers.
    public boolean isQuantized() {
        return dataType.kind() == DataType.Kind.QUANTIZED;
    }

    /// Whether llama.cpp makes such a file only with an importance matrix, so that every published one had it.
    public boolean needsImportanceMatrix() {
        return switch (this) {
            case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ2_M, IQ3_XXS, IQ3_XS, Q2_K_S -> true;
            default -> false;
        };
    }

    /// The file type of that name in whatever case; `Q3_K`, `Q4_K` and `Q5_K` mean their `_M`.
    public static Optional<FileType> parse(String name) {
        String wanted = name.toUpperCase(Locale.ROOT).replace('-', '_');
        String full = switch (wanted) {
            case "Q3_K", "Q4_K", "Q5_K" -> wanted + "_M";
            case "MXFP4_M" -> "MXFP4_MOE";
            default -> wanted;
        };
        return Arrays.stream(values()).filter(type -> type.name().equals(full)).findFirst();
    }

    /// The file type with that value of `general.file_type`.
    public static Optional<FileType> ofCode(int code) {
        return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
    }
}
