package dev.weighbridge.planner.speed;

import java.util.Locale;
import java.util.regex.Pattern;

/// Kinds of stored weights whose kernels are alike.
final class QuantizedType {
    private static final Pattern CODEBOOK = Pattern.compile("(?<![a-z])(iq|tq)\\d.*");
    private static final Pattern FLOAT_4 = Pattern.compile(".*(mx|nv)?fp4.*");
    private static final Pattern LOW_K = Pattern.compile(".*q[23]_k.*");
    private static final Pattern MIDDLE_K = Pattern.compile(".*q4_k.*");
    private static final Pattern HIGH_K = Pattern.compile(".*q[56]_k.*");
    private static final Pattern LEGACY = Pattern.compile(".*q[45]_[01].*");
    private static final Pattern EIGHT = Pattern.compile(".*(q8|fp8|f8_|int8|i8|w8a).*");
    private static final Pattern SIXTEEN = Pattern.compile("b?f(p|loat)?(16|32)");

    private QuantizedType() {}

    /// The kind of a model's weights: by the name of their type where it says so, else by the bits they take.
    static String of(Work work) {
        String name = work.weightType().toLowerCase(Locale.ROOT);
        if (CODEBOOK.matcher(name).find()) {
            return "IQ";
        }
        if (FLOAT_4.matcher(name).matches()) {
            return "FP4";
        }
        if (LOW_K.matcher(name).matches()) {
            return "Q3_K";
        }
        if (MIDDLE_K.matcher(name).matches()) {
            return "Q4_K";
        }
        if (HIGH_K.matcher(name).matches()) {
            return "Q6_K";
        }
        if (LEGACY.matcher(name).matches()) {
            return "Q4_0";
        }
        if (EIGHT.matcher(name).matches()) {
            return "8 bit";
        }
        if (SIXTEEN.matcher(name).matches()) {
            return "16 bit";
        }
        double bits = work.bitsPerWeight();
        return bits > 12 ? "16 bit" : bits > 6.5 ? "8 bit" : "4 bit";
    }
}
