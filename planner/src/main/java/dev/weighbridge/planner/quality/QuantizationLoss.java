package dev.weighbridge.planner.quality;

import dev.weighbridge.model.config.Config;
import dev.weighbridge.planner.catalogue.JsonLines;
import dev.weighbridge.planner.figure.Basis;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What storing weights in fewer bits costs in quality.
///
/// For a GGUF file type the published change of the probability of the right token is taken as the loss
/// in percentage points of a score, and models of other sizes lose by a power of their parameters,
/// fitted to evaluations of one family from 0.5B to 72B. Where two models were measured, the loss is
/// their geometric mean and the band holds both; one measurement alone is taken to be right within a
/// factor of two.
public final class QuantizationLoss {
    private static final String TABLE = "quantization.jsonl";
    private static final double BILLION = 1e9;

    /// The models that file types were measured on have about so many parameters.
    private static final double MEASURED_BILLIONS = 7.5;

    /// What a single measurement may be off by.
    private static final double FACTOR = 2;

    private final Map<String, List<Double>> points = new HashMap<>();
    private final double exponent;

    private QuantizationLoss() {
        List<double[]> rows = new ArrayList<>();
        List<Double> logarithms = new ArrayList<>();
        for (String line : JsonLines.read(QuantizationLoss.class, TABLE)) {
            Config row = JsonLines.object(TABLE, line);
            String precision = row.text("precision").toUpperCase(Locale.ROOT);
            if (row.text("kind").equals("divergence")) {
                points.computeIfAbsent(precision, _ -> new ArrayList<>())
                        .add(Math.max(0.005, -row.number("probability")));
            } else {
                double lost = Math.max(0.1, row.number("baseline") - row.number("score"));
                rows.add(new double[] {
                    1,
                    Math.log(row.number("billions") / MEASURED_BILLIONS),
                    precision.startsWith("GPTQ-8") ? 1 : 0,
                    precision.startsWith("AWQ") ? 1 : 0
                });
                logarithms.add(Math.log(lost));
            }
        }
        LeastSquares fit = LeastSquares.fit(
                rows, logarithms.stream().mapToDouble(Double::doubleValue).toArray());
        double[] coefficients = fit.coefficients();
        exponent = coefficients[1];
        addEvaluated("GPTQ-4BIT", coefficients[0], fit.deviation());
        addEvaluated("INT8", coefficients[0] + coefficients[2], fit.deviation());
        addEvaluated("AWQ-4BIT", coefficients[0] + coefficients[3], fit.deviation());
    }

    /// Two values whose band is that of the evaluations.
    private void addEvaluated(String precision, double logarithm, double deviation) {
        points.put(precision, List.of(Math.exp(logarithm - deviation), Math.exp(logarithm + deviation)));
    }

    /// By what Weighbridge carries.
    public static QuantizationLoss embedded() {
        return new QuantizationLoss();
    }

    /// Percentage points of a score that are lost.
    ///
    /// @param points most likely
    /// @param low one in ten loses less
    /// @param high one in ten loses more
    /// @param basis published where the precision itself was measured, else estimated by its like
    public record Loss(double points, double low, double high, Basis basis) {
        /// Nothing is lost.
        public static final Loss NONE = new Loss(0, 0, 0, Basis.EXACT);
    }

    /// What a precision costs a model.
    ///
    /// @param precision by its name (`Q4_K_M`, `AWQ-4bit-g128`)
    /// @param nativePrecision in which the publisher gives the weights (`MXFP4`, `FP8`), or 16 bits
    /// where empty
    /// @param parameterCount of the model
    public Loss of(String precision, Optional<String> nativePrecision, long parameterCount) {
        String name = precision.toUpperCase(Locale.ROOT).replace("-IMATRIX", "");
        if (isWhole(name) || nativePrecision.filter(own -> isWithin(own, name)).isPresent()) {
            return Loss.NONE;
        }
        Optional<String> alike = alike(name);
        List<Double> measured = points.getOrDefault(alike.orElse("Q4_K_S"), List.of(1.0));
        double size = Math.pow(parameterCount / BILLION / MEASURED_BILLIONS, exponent);
        double most = measured.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        double least = measured.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        double middle = Math.sqrt(most * least);
        double spread = Math.max(most / middle, FACTOR);
        return new Loss(
                middle * size,
                middle / spread * size,
                middle * spread * size,
                alike.filter(name::startsWith).isPresent() ? Basis.PUBLISHED : Basis.ESTIMATED);
    }

    private static boolean isWhole(String name) {
        return switch (name) {
            case "FP32", "F32", "FP16", "F16", "BF16", "AS STORED" -> true;
            default -> false;
        };
    }

    /// Whether weights published at `own` bits lose nothing at a precision.
    private static boolean isWithin(String own, String name) {
        return switch (own) {
            case "FP8" -> name.startsWith("FP8");
            case "MXFP4" -> name.startsWith("MXFP4") || name.startsWith("FP8") || name.equals("Q8_0");
            case "FP4" -> name.startsWith("NVFP4") || name.startsWith("MXFP4") || name.startsWith("FP8");
            case "INT4" -> name.startsWith("INT4") || name.startsWith("AWQ") || name.startsWith("GPTQ-4");
            default -> false;
        };
    }

    /// The measured precision that is this one, or most like it.
    private Optional<String> alike(String name) {
        if (points.containsKey(name)) {
            return Optional.of(name);
        }
        String like = switch (name) {
            case "FP8", "FP8-TENSOR", "FP8-BLOCK", "LLM.INT8", "MLX-8BIT" -> "INT8";
            case "MXFP4", "NVFP4", "NF4", "NF4-SINGLE" -> "AWQ-4BIT";
            case "MLX-6BIT" -> "Q6_K";
            case "MLX-4BIT" -> "Q4_0";
            case "MLX-3BIT" -> "Q3_K_S";
            default ->
                name.startsWith("AWQ-4") || name.startsWith("INT4")
                        ? "AWQ-4BIT"
                        : name.startsWith("GPTQ-4") ? "GPTQ-4BIT" : "";
        };
        return points.containsKey(like) ? Optional.of(like) : Optional.empty();
    }
}
