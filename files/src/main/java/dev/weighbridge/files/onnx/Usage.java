package dev.weighbridge.files.onnx;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the nodes of a graph do with a value, as far as it tells parameters from the rest.
///
/// The rule. Floating-point initializers are parameters, except scales, rotary tables, running statistics and the
/// limits of operators, which the operator that takes them gives away, and single numbers that an exporter named.
/// Integer initializers are shapes, indices and masks, hence no parameters, unless an operator takes them as
/// quantised weights. An operator that is not in this table takes ordinary values.
///
/// @see <a href="https://github.com/onnx/onnx/blob/main/docs/Operators.md">Operators.md</a>
/// @see <a
/// href="https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md">ContribOperators.md</a>
final class Usage {
    /// What a node does with one input.
    enum Role {
        /// Ordinary: weights, biases, activations.
        PLAIN,
        /// Weights that a quantiser made integers.
        QUANTIZED,
        /// A table that rows are taken from: an embedding that may be quantised, or a list of indices.
        GATHERED,
        /// Scale, zero point, table, statistic, limit.
        AUXILIARY
    }

    /// @param quantized inputs that may be quantised weights
    /// @param auxiliary inputs that are never parameters
    private record Inputs(Set<Integer> quantized, Set<Integer> auxiliary) {}

    private static final Map<String, Inputs> OPERATORS = Map.ofEntries(
            Map.entry("DequantizeLinear", inputs(List.of(0), List.of(1, 2))),
            Map.entry("QuantizeLinear", inputs(List.of(), List.of(1, 2))),
            Map.entry("QLinearConv", inputs(List.of(3, 8), List.of(1, 2, 4, 5, 6, 7))),
            Map.entry("QLinearMatMul", inputs(List.of(0, 3), List.of(1, 2, 4, 5, 6, 7))),
            Map.entry("ConvInteger", inputs(List.of(0, 1), List.of(2, 3))),
            Map.entry("MatMulInteger", inputs(List.of(0, 1), List.of(2, 3))),
            Map.entry("BatchNormalization", inputs(List.of(), List.of(3, 4))),
            Map.entry("RotaryEmbedding", inputs(List.of(), List.of(1, 2))),
            Map.entry("Clip", inputs(List.of(), List.of(1, 2))),
            Map.entry("Dropout", inputs(List.of(), List.of(1, 2))),
            Map.entry("Pad", inputs(List.of(), List.of(1, 2, 3))),
            Map.entry("Resize", inputs(List.of(), List.of(1, 2, 3))),
            Map.entry("Upsample", inputs(List.of(), List.of(1))),
            Map.entry("Range", inputs(List.of(), List.of(0, 1, 2))),
            Map.entry("OneHot", inputs(List.of(), List.of(1, 2))),
            Map.entry("NonMaxSuppression", inputs(List.of(), List.of(2, 3, 4))),
            Map.entry("com.microsoft:DequantizeLinear", inputs(List.of(0), List.of(1, 2))),
            Map.entry("com.microsoft:QuantizeLinear", inputs(List.of(), List.of(1, 2))),
            Map.entry("com.microsoft:RotaryEmbedding", inputs(List.of(), List.of(1, 2, 3))),
            Map.entry("com.microsoft:GroupQueryAttention", inputs(List.of(), List.of(5, 6, 7, 8))),
            Map.entry("com.microsoft:SparseAttention", inputs(List.of(), List.of(5, 6, 7, 8, 9, 10))),
            Map.entry("com.microsoft:QGemm", inputs(List.of(0, 3, 6), List.of(1, 2, 4, 5, 7, 8))),
            Map.entry("com.microsoft:MatMulIntegerToFloat", inputs(List.of(0, 1), List.of(2, 3, 4, 5))),
            Map.entry("com.microsoft:DynamicQuantizeMatMul", inputs(List.of(1), List.of(2, 3))),
            Map.entry("com.microsoft:DynamicQuantizeLSTM", inputs(List.of(1, 2), List.of(8, 9, 10, 11))),
            Map.entry("com.microsoft:QAttention", inputs(List.of(1), List.of(3, 4, 5, 6, 7))),
            Map.entry(
                    "com.microsoft:QEmbedLayerNormalization",
                    inputs(List.of(2, 3, 4, 5, 6), List.of(8, 9, 10, 11, 12, 13, 14, 15, 16, 17))),
            Map.entry("com.microsoft:MatMulNBits", inputs(List.of(1), List.of(2, 3, 4))),
            Map.entry("com.microsoft:MatMulBnb4", inputs(List.of(1), List.of(2))),
            Map.entry("com.microsoft:GatherBlockQuantized", inputs(List.of(0), List.of(2, 3))),
            Map.entry("com.microsoft:QMoE", inputs(List.of(2, 5, 8), List.of(3, 6, 9, 11, 12, 13))));

    /// Weights that an operator keeps packed in bytes.
    ///
    /// @param bits per weight
    /// @param rows outputs, where the operator says; else 0
    /// @param columns inputs, where the operator says; else 0
    record Packed(int bits, long rows, long columns) {}

    private final Map<String, EnumSet<Role>> roles = new HashMap<>();
    private final Map<String, Packed> packed = new HashMap<>();

    private static Inputs inputs(List<Integer> quantized, List<Integer> auxiliary) {
        return new Inputs(Set.copyOf(quantized), Set.copyOf(auxiliary));
    }

    /// Notes what a node does with its inputs.
    ///
    /// @param domain of the operator; empty or `ai.onnx` for ONNX's own
    /// @param operator its name
    /// @param inputs names of the values that it takes, empty for one left out
    /// @param integers its integer attributes
    void add(String domain, String operator, List<String> inputs, Map<String, Long> integers) {
        String key = domain.isEmpty() || domain.equals("ai.onnx") ? operator : domain + ":" + operator;
        Inputs known = OPERATORS.get(key);
        for (int i = 0; i < inputs.size(); i++) {
            if (!inputs.get(i).isEmpty()) {
                roles.computeIfAbsent(inputs.get(i), name -> EnumSet.noneOf(Role.class))
                        .add(role(key, known, i));
            }
        }
        notePacked(key, inputs, integers);
    }

    private static Role role(String key, @Nullable Inputs known, int index) {
        if (known == null) {
            return key.equals("Gather") && index == 0 ? Role.GATHERED : Role.PLAIN;
        }
        return known.quantized().contains(index)
                ? Role.QUANTIZED
                : known.auxiliary().contains(index) ? Role.AUXILIARY : Role.PLAIN;
    }

    private void notePacked(String key, List<String> inputs, Map<String, Long> integers) {
        switch (key) {
            case "com.microsoft:MatMulNBits" -> notePacked(inputs, 1, integers.getOrDefault("bits", 4L), integers);
            case "com.microsoft:MatMulBnb4" -> notePacked(inputs, 1, 4, integers);
            case "com.microsoft:GatherBlockQuantized" ->
                notePacked(inputs, 0, integers.getOrDefault("bits", 4L), Map.of());
            case "com.microsoft:QMoE" -> {
                for (int weights : new int[] {2, 5, 8}) {
                    notePacked(inputs, weights, integers.getOrDefault("expert_weight_bits", 4L), Map.of());
                }
            }
            default -> {}
        }
    }

    private void notePacked(List<String> inputs, int index, long bits, Map<String, Long> integers) {
        boolean known = bits == 2 || bits == 4 || bits == 8;
        if (known && index < inputs.size() && !inputs.get(index).isEmpty()) {
            packed.put(
                    inputs.get(index),
                    new Packed((int) bits, integers.getOrDefault("N", 0L), integers.getOrDefault("K", 0L)));
        }
    }

    /// What the nodes do with a value; empty where none takes it.
    Set<Role> of(String name) {
        EnumSet<Role> known = roles.get(name);
        return known == null ? Set.of() : known;
    }

    /// How an operator keeps the weights of that name; null where it does not pack them.
    @Nullable
    Packed packed(String name) {
        return packed.get(name);
    }
}
