package dev.weighbridge.planner.precision;

import dev.weighbridge.model.mixture.FileType;
import dev.weighbridge.model.mixture.Mixture;
import dev.weighbridge.model.mixture.MixtureTensor;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.figure.Basis;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// A GGUF file of one file type, as llama.cpp's converter and quantiser make it.
///
/// @param fileType the mixture
/// @param importanceMatrix whether the quantiser had one
public record GgufPrecision(FileType fileType, boolean importanceMatrix) implements Precision {
    /// Every tensor of a file begins at a multiple of this (`general.alignment`).
    private static final int ALIGNMENT = 32;

    /// The file type as it is mostly made: with an importance matrix only where llama.cpp asks for one.
    public static GgufPrecision of(FileType fileType) {
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

    /// The tensors of the file, in the order of the model's weights.
    public List<FileTensor> tensors(Anatomy model) {
        return tensors(GgufLayout.of(model, fileType));
    }

    private List<FileTensor> tensors(GgufLayout layout) {
        List<MixtureTensor> plain = layout.tensors();
        // the converter writes plain files itself, and keeps a few more matrices in 32 bits than the quantiser does
        List<DataType> types = fileType.isQuantized()
                ? Mixture.types(fileType, layout.model(), plain, importanceMatrix)
                : plain.stream().map(MixtureTensor::type).toList();
        List<FileTensor> tensors = new ArrayList<>(types.size());
        for (int i = 0; i < types.size(); i++) {
            tensors.add(new FileTensor(plain.get(i).name(), plain.get(i).shape(), types.get(i)));
        }
        return tensors;
    }

    @Override
    public StoredWeights store(Anatomy model) {
        GgufLayout layout = GgufLayout.of(model, fileType);
        List<FileTensor> tensors = tensors(layout);
        Map<Weight, Held> held = new IdentityHashMap<>(model.weights().size() * 2);
        List<FileTensor> added = new ArrayList<>();
        long padding = 0;
        for (int i = 0; i < tensors.size(); i++) {
            FileTensor tensor = tensors.get(i);
            long bytes = tensor.bytes();
            padding += -bytes & (ALIGNMENT - 1);
            Weight weight = layout.source(i);
            if (weight == null) {
                added.add(tensor);
            } else {
                held.merge(weight, new Held(bytes, tensor.type().name()), GgufPrecision::together);
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
