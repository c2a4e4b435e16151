package dev.weighbridge.planner.precision;

import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.figure.Basis;

/// Every weight in one plain type, as `from_pretrained(dtype=…)` and vLLM's `--dtype` load them.
///
/// @param name as people write it
/// @param dataType of every element
record PlainPrecision(String name, DataType dataType) implements Precision {
    static final PlainPrecision FP32 = new PlainPrecision("FP32", DataType.F32);
    static final PlainPrecision FP16 = new PlainPrecision("FP16", DataType.F16);
    static final PlainPrecision BF16 = new PlainPrecision("BF16", DataType.BF16);

    @Override
    public Format format() {
        return Format.SAFETENSORS;
    }

    @Override
    public StoredWeights store(Anatomy model) {
        return WeightTable.of(
                model,
                weight -> weight.isTied() ? Held.NOT : new Held(dataType.bytes(weight.elements()), dataType.name()),
                Basis.EXACT);
    }
}
