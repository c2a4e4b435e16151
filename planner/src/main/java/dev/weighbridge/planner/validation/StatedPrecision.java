package dev.weighbridge.planner.validation;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.precision.Precision.Format;
import dev.weighbridge.planner.precision.Precisions;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The precision that a log of a llama.cpp kind of runtime states: by the file type's name as printed (`Q4_K - Medium`,
/// `IQ3_K - 3.4325 bpw`), by the file's size, or by both.
final class StatedPrecision {
    private static final double MEBIBYTE = 1024.0 * 1024;
    private static final Pattern DIGITS = Pattern.compile("\\d+");

    /// The precision of a row; empty where it states neither a type nor a size.
    Optional<Precision> of(TableRow row, Anatomy model) {
        String printed = row.text("quant_dtype");
        OptionalDouble size = row.number("weights_file_size_MiB");
        Optional<Precision> named = named(printed);
        if (size.isEmpty()) {
            return named;
        }
        long bytes = Math.round(size.getAsDouble() * MEBIBYTE);
        Precision like = named.orElseGet(
                () -> nearest(bytes * 8.0 / Math.max(1, model.count().total())));
        return Optional.of(new FileSized(like, bytes));
    }

    /// A precision for plans of which the weights are not looked at.
    Precision unstated() {
        return Precisions.parse("Q8_0", Format.GGUF);
    }

    /// `Q4_K - Medium` is Q4_K_M; a type that no converter of llama.cpp makes is unknown.
    private static Optional<Precision> named(String printed) {
        String name = printed.strip();
        int dash = name.indexOf(" - ");
        String type = dash < 0 ? name : name.substring(0, dash);
        String size = dash < 0 ? "" : name.substring(dash + 3).strip();
        String suffix = switch (size) {
            case "Small" -> "_S";
            case "Medium" -> "_M";
            case "Large" -> "_L";
            default -> "";
        };
        try {
            return type.isEmpty() ? Optional.empty() : Optional.of(Precisions.parse(type + suffix, Format.GGUF));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Precision nearest(double bits) {
        String name = bits > 12
                ? "BF16"
                : bits > 7.5
                        ? "Q8_0"
                        : bits > 6
                                ? "Q6_K"
                                : bits > 5.2 ? "Q5_K_M" : bits > 4.2 ? "Q4_K_M" : bits > 3.2 ? "Q3_K_M" : "Q2_K";
        return Precisions.parse(name, Format.GGUF);
    }

    /// The bits that a type is named for: 4 for Q4_K, 16 for BF16.
    static Optional<Double> nominalBits(String printed) {
        Matcher matcher = DIGITS.matcher(printed.toUpperCase(Locale.ROOT));
        return matcher.find() ? Optional.of(Double.valueOf(matcher.group())) : Optional.empty();
    }
}
