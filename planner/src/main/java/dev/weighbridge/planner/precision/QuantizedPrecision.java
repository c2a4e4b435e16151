package dev.weighbridge.planner.precision;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.figure.Basis;
import java.util.List;

/// A folder of safetensors with some matrices quantised and the rest at 16 bits.
///
/// @param name as people write it
/// @param format what reads it
/// @param rules of which the first that takes a matrix stores it
record QuantizedPrecision(String name, Format format, List<Rule> rules) implements Precision {
    /// One way of storing matrices.
    ///
    /// @param scheme how
    /// @param linears which
    /// @param only modules to which it is limited; empty for no limit
    /// @param left modules that it leaves alone
    record Rule(MatrixScheme scheme, QuantizedLinears linears, List<String> only, List<String> left) {
        Rule {
            only = List.copyOf(only);
            left = List.copyOf(left);
        }
    }

    /// A rule made ready for many weights.
    private record Ready(Rule rule, ModuleNames only, ModuleNames left) {
        boolean takes(Weight weight) {
            if (!rule.linears().contains(weight)) {
                return false;
            }
            String name = weight.publishedName();
            String module = name.endsWith(".weight") ? name.substring(0, name.length() - ".weight".length()) : name;
            return !left.contain(module) && (rule.only().isEmpty() || only.contain(module));
        }
    }

    QuantizedPrecision {
        rules = List.copyOf(rules);
    }

    /// Every such matrix stored alike.
    static QuantizedPrecision of(String name, Format format, MatrixScheme scheme, QuantizedLinears linears) {
        return new QuantizedPrecision(name, format, List.of(new Rule(scheme, linears, List.of(), List.of())));
    }

    @Override
    public StoredWeights store(Anatomy model) {
        List<Ready> ready = rules.stream()
                .map(rule -> new Ready(rule, ModuleNames.of(rule.only()), ModuleNames.of(rule.left())))
                .toList();
        return WeightTable.of(model, weight -> held(ready, weight), Basis.EXACT);
    }

    private static Held held(List<Ready> rules, Weight weight) {
        if (weight.isTied()) {
            return Held.NOT;
        }
        for (Ready ready : rules) {
            MatrixScheme scheme = ready.rule().scheme();
            if (ready.takes(weight) && scheme.suits(Matrix.of(weight))) {
                Matrix matrix = Matrix.of(weight);
                return new Held(Math.multiplyExact(matrix.count(), scheme.bytes(matrix)), scheme.type());
            }
        }
        return new Held(Math.multiplyExact(2, weight.elements()), "BF16");
    }
}
