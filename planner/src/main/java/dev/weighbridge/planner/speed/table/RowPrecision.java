package dev.weighbridge.planner.speed.table;

import dev.weighbridge.model.error.WeighException;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.precision.Precision.Format;
import dev.weighbridge.planner.precision.Precision.StoredWeights;
import dev.weighbridge.planner.precision.Precisions;
import dev.weighbridge.planner.speed.Backend;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How the weights of a row's model are stored.
///
/// A type that the tools define is taken at its own mixture; a mixture that a publisher made is the nearest of these,
/// with
/// the difference to the stated size put on the routed experts, which make most of the file.
final class RowPrecision {
    private static final Pattern TAKEN_OUT =
            Pattern.compile("^gguf[-_:]|^ud[-_]|-dynamic$|\\(.*\\)|autoround[-_]|[ -]moe$");
    private static final Pattern PUBLISHERS_MIXTURE = Pattern.compile(".*(^|[-_ ])ud[-_].*|.*_xl$|.*\\(\\+.*");
    private static final Pattern DIGITS = Pattern.compile("(\\d+)");
    private static final double BYTE = 8;
    private static final double UNQUANTIZED = 16;

    private final SpeedRow row;
    private final Backend backend;

    RowPrecision(SpeedRow row, Backend backend) {
        this.row = row;
        this.backend = backend;
    }

    /// Bits of a weight where no more is known of the model than the row's figures; those of 16-bit floats where the
    /// row
    /// states neither bits nor a type.
    static double bits(SpeedRow row) {
        if (row.bitsPerWeight() > 0) {
            return row.bitsPerWeight();
        }
        Matcher digits = DIGITS.matcher(row.quantization());
        double named = digits.find() ? Double.parseDouble(digits.group(1)) : UNQUANTIZED;
        return named >= 1 && named <= 32 ? Math.min(1.1 * named, UNQUANTIZED) : UNQUANTIZED;
    }

    /// What the weights of the model take.
    StoredWeights store(Anatomy model) {
        Optional<StoredWeights> like = named(model);
        if (like.isEmpty()) {
            return new Uniform(bits(row), row.quantization());
        }
        boolean isPublishers = PUBLISHERS_MIXTURE.matcher(key()).matches();
        double stated = row.parameters() * row.bitsPerWeight() / BYTE;
        return isPublishers && stated > 0 ? new Resized(model, like.get(), stated) : like.get();
    }

    private Optional<StoredWeights> named(Anatomy model) {
        Format format = backend.isLlamaCpp() ? Format.GGUF : backend == Backend.MLX ? Format.MLX : Format.SAFETENSORS;
        try {
            return Optional.of(Precisions.parse(type(), format).store(model));
        } catch (IllegalArgumentException | WeighException _) {
            return Optional.empty();
        }
    }

    private String key() {
        return row.quantization().toLowerCase(Locale.ROOT).strip();
    }

    /// The name of the nearest type that the tools define.
    private String type() {
        String key = key();
        if (key.isEmpty()) {
            return backend.isServing() ? "bf16" : Double.toString(row.bitsPerWeight());
        }
        if (key.contains("mxfp4")) {
            return backend.isLlamaCpp() ? "mxfp4_moe" : "mxfp4";
        }
        String type = TAKEN_OUT.matcher(key).replaceAll("");
        return switch (type) {
            case "4bit", "8bit", "6bit" -> backend == Backend.MLX ? "mlx-" + type : type;
            case "awq-int4" -> "awq";
            case "int8-w8a8" -> "int8";
            case "q8_k_xl" -> "q8_0";
            case "q6_k_xl" -> "q6_k";
            default -> type.replace("_xl", "_m");
        };
    }

    /// Every weight at the same number of bits.
    private record Uniform(double bits, String name) implements StoredWeights {
        @Override
        public long bytes(Weight weight) {
            return weight.isTied() ? 0 : Math.round(weight.elements() * bits / BYTE);
        }

        @Override
        public String type(Weight weight) {
            return name;
        }

        @Override
        public long total() {
            return 0;
        }

        @Override
        public long apart() {
            return 0;
        }

        @Override
        public long padded() {
            return 0;
        }

        @Override
        public Basis basis() {
            return Basis.ESTIMATED;
        }
    }

    /// A known mixture whose experts, or all weights where there are none, are scaled so that it takes a stated size.
    private static final class Resized implements StoredWeights {
        private static final double LEAST = 0.5;
        private static final double MOST = 2;

        private final StoredWeights like;
        private final double ofExperts;
        private final double ofOthers;

        Resized(Anatomy model, StoredWeights like, double bytes) {
            this.like = like;
            double experts = model.weights().stream()
                    .filter(weight -> weight.expertCount() > 0)
                    .mapToDouble(like::bytes)
                    .sum();
            double all = (double) like.total() - like.apart();
            boolean onExperts = experts > 0 && bytes > all - experts;
            ofExperts = Math.clamp(onExperts ? (bytes - (all - experts)) / experts : bytes / all, LEAST, MOST);
            ofOthers = onExperts ? 1 : ofExperts;
        }

        @Override
        public long bytes(Weight weight) {
            return Math.round(like.bytes(weight) * (weight.expertCount() > 0 ? ofExperts : ofOthers));
        }

        @Override
        public String type(Weight weight) {
            return like.type(weight);
        }

        @Override
        public long total() {
            return like.total();
        }

        @Override
        public long apart() {
            return like.apart();
        }

        @Override
        public long padded() {
            return like.padded();
        }

        @Override
        public Basis basis() {
            return Basis.ESTIMATED;
        }
    }
}
