package dev.weighbridge.planner.precision;

import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.figure.Basis;
import java.util.Locale;

/// The precision of the files at hand, or that a configuration alone states.
record AsStored() implements Precision {
    @Override
    public String name() {
        return "as stored";
    }

    @Override
    public Format format() {
        return Format.AS_STORED;
    }

    @Override
    public StoredWeights store(Anatomy model) {
        if (model.weights().stream().anyMatch(weight -> weight.stored().isPresent())) {
            return WeightTable.of(model, AsStored::ofFile, Basis.EXACT);
        }
        return stated(model).store(model);
    }

    private static Held ofFile(Weight weight) {
        return new Held(weight.stored().bytes(), weight.stored().type());
    }

    /// The precision that `torch_dtype` (of late `dtype`) states; 16 bits where it is silent, as published models have.
    private static Precision stated(Anatomy model) {
        String type = model.config().text("torch_dtype", model.config().text("dtype", "bfloat16"));
        return switch (type.toLowerCase(Locale.ROOT).replace("torch.", "")) {
            case "float32", "float" -> PlainPrecision.FP32;
            case "float16", "half" -> PlainPrecision.FP16;
            default -> new PlainPrecision("BF16", DataType.BF16);
        };
    }
}
