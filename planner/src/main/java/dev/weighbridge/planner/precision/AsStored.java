package dev.weighbridge.planner.precision;

import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.figure.Basis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
            return ofFiles(model);
        }
        return StatedPrecision.of(model.config()).store(model);
    }

    private static StoredWeights ofFiles(Anatomy model) {
        Map<Weight, Held> held = new IdentityHashMap<>(model.weights().size() * 2);
        model.weights().forEach(weight -> held.put(weight, ofFile(weight)));
        List<FileTensor> added = new ArrayList<>();
        for (Weight buffer : model.buffers()) {
            dataType(buffer).ifPresent(type -> added.add(new FileTensor(buffer.name(), buffer.shape(), type)));
        }
        return new WeightTable(held, added, 0, 0, Basis.EXACT);
    }

    private static Optional<DataType> dataType(Weight buffer) {
        return Arrays.stream(DataType.values())
                .filter(type -> type.name().equals(buffer.stored().type()))
                .findFirst();
    }

    private static Held ofFile(Weight weight) {
        return new Held(weight.stored().bytes(), weight.stored().type());
    }
}
