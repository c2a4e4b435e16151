package dev.weighbridge.planner.precision;

import dev.weighbridge.model.mixture.FileType;
import dev.weighbridge.model.mixture.Mixture;
import dev.weighbridge.model.mixture.MixtureTensor;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.figure.Basis;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// A GGUF file of one file type, as llama.cpp's converter and quantiser make it.
///
/// @param fileType the mixture
/// @param importanceMatrix whether the quantiser had one
record GgufPrecision(FileType fileType, boolean importanceMatrix) implements Precision {
    /// Every tensor of a file begins at a multiple of this (`general.alignment`).
    private static final int ALIGNMENT = 32;

    /// The file type as it is mostly made: with an importance matrix only where llama.cpp asks for one.
    static GgufPrecision of(FileType fileType) {
        return new GgufPrecision(fileType, fileType.needsImportanceMatrix());
    }

    @Override
    public String name() {
        return importanceMatrix == fileType.needsImportanceMatrix() ? fileType.name() : fileType.name() + "-imatrix";
    }

    @Override
    public Format format() {
        return Format.GGUF;
    }

    @Override
    public StoredWeights store(Anatomy model) {
        GgufLayout layout = GgufLayout.of(model, fileType);
        List<MixtureTensor> tensors = layout.tensors();
        List<DataType> types = Mixture.types(fileType, layout.model(), tensors, importanceMatrix);
        Map<Weight, Held> held = new IdentityHashMap<>(model.weights().size() * 2);
        long added = 0;
        long padding = 0;
        for (int i = 0; i < types.size(); i++) {
            long bytes = types.get(i).bytes(tensors.get(i).shape().elements());
            padding += -bytes & (ALIGNMENT - 1);
            Weight weight = layout.source(i);
            if (weight == null) {
                added += bytes;
            } else {
                held.merge(weight, new Held(bytes, types.get(i).name()), GgufPrecision::together);
            }
        }
        long apart = 0;
        for (Weight weight : model.weights()) {
            if (held.putIfAbsent(weight, Held.NOT) == null && GgufLayout.isApart(weight)) {
                apart += DataType.F16.bytes(weight.elements());
            }
        }
        return new WeightTable(held, added, apart, padding, layout.isNamed() ? Basis.EXACT : Basis.ESTIMATED);
    }

    /// Two tensors made of one weight; the type shown is the larger one's.
    private static Held together(Held a, Held b) {
        return new Held(a.bytes() + b.bytes(), a.bytes() >= b.bytes() ? a.type() : b.type());
    }
}
