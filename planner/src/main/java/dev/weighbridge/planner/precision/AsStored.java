package dev.weighbridge.planner.precision;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.figure.Basis;

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
        return StatedPrecision.of(model.config()).store(model);
    }

    private static Held ofFile(Weight weight) {
        return new Held(weight.stored().bytes(), weight.stored().type());
    }
}
