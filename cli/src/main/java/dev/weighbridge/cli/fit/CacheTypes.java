package dev.weighbridge.cli.fit;

import dev.weighbridge.model.tensor.DataType;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Types of cached keys and values.
///
/// @param keys as the runtimes call it (`q8_0`, `fp8`)
/// @param values the same as of keys where only one is named
record CacheTypes(DataType keys, DataType values) {
    /// What some runtime keeps a cache in; each refuses those it does not know.
    private static final Set<DataType> KNOWN = EnumSet.of(
            DataType.F32,
            DataType.F16,
            DataType.BF16,
            DataType.F8_E4M3,
            DataType.F8_E5M2,
            DataType.Q8_0,
            DataType.Q5_0,
            DataType.Q5_1,
            DataType.Q4_0,
            DataType.Q4_1,
            DataType.IQ4_NL);

    /// Reads `f16`, `q8_0,q4_0`, `fp8`.
    static final class Converter implements ITypeConverter<CacheTypes> {
        @Override
        public CacheTypes convert(String text) {
            String[] parts = text.split(",", -1);
            if (parts.length > 2) {
                throw new TypeConversionException("'" + text + "' names more than a type for keys and one for values");
            }
            return new CacheTypes(type(parts[0]), type(parts[parts.length - 1]));
        }
    }

    private static DataType type(String text) {
        String name = text.strip().toUpperCase(Locale.ROOT);
        return switch (name) {
            case "FP32", "FLOAT32" -> DataType.F32;
            case "FP16", "FLOAT16", "HALF" -> DataType.F16;
            case "BFLOAT16" -> DataType.BF16;
            case "FP8", "FP8_E4M3", "F8" -> DataType.F8_E4M3;
            case "FP8_E5M2" -> DataType.F8_E5M2;
            default ->
                KNOWN.stream()
                        .filter(type -> type.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new TypeConversionException("'" + text.strip()
                                + "' is no type of a cache: write f16, bf16, q8_0, q4_0, fp8 or two of them as K,V"));
        };
    }
}
