package dev.weighbridge.planner.fit;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.precision.Precision;

/// So many bytes for each parameter, whatever it is.
record FlatPrecision(String name, double bytesPerParameter) implements Precision {
    @Override
    public Format format() {
        return Format.GGUF;
    }

    @Override
    public StoredWeights store(Anatomy model) {
        return new StoredWeights() {
            @Override
            public long bytes(Weight weight) {
                return weight.isTied() ? 0 : (long) (weight.elements() * bytesPerParameter);
            }

            @Override
            public String type(Weight weight) {
                return name;
            }

            @Override
            public long total() {
                return (long) (model.count().total() * bytesPerParameter);
            }

            @Override
            public long apart() {
                return 0;
            }

            @Override
            public long padded() {
                return total();
            }

            @Override
            public Basis basis() {
                return Basis.EXACT;
            }
        };
    }
}
