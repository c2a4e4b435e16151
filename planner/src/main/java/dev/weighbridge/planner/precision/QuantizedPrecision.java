package dev.weighbridge.planner.precision;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.figure.Basis;

/// A folder of safetensors with some matrices quantised and the rest at 16 bits.
///
/// @param name as people write it
/// @param format what reads it
/// @param scheme how a quantised matrix is stored
/// @param linears which are quantised
record QuantizedPrecision(String name, Format format, MatrixScheme scheme, QuantizedLinears linears)
        implements Precision {
    @Override
    public StoredWeights store(Anatomy model) {
        return WeightTable.of(model, this::held, Basis.EXACT);
    }

    private Held held(Weight weight) {
        if (weight.isTied()) {
            return Held.NOT;
        }
        if (linears.contains(weight)) {
            Matrix matrix = Matrix.of(weight);
            if (scheme.suits(matrix)) {
                return new Held(Math.multiplyExact(matrix.count(), scheme.bytes(matrix)), scheme.type());
            }
        }
        return new Held(Math.multiplyExact(2, weight.elements()), "BF16");
    }
}
