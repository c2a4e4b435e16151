package dev.weighbridge.engine.weight;

import dev.weighbridge.engine.quantization.BlockFormat;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.checkpoint.Format;
import dev.weighbridge.model.checkpoint.StoredTensor;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.inventory.InventoryEntry;
import dev.weighbridge.model.inventory.WeighedModel;
import dev.weighbridge.model.naming.GgufNames;
import dev.weighbridge.model.naming.GgufTensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The tensors of a model's files, mapped into memory and found by the names of the published checkpoint, whatever the
/// files call them.
///
/// The arena owns the mapping: it stays as long as the arena does.
public final class Weights {
    private final Map<String, List<StoredTensor>> tensors;
    private final List<MemorySegment> files;
    private final Conventions conventions;

    private Weights(Map<String, List<StoredTensor>> tensors, List<MemorySegment> files, Conventions conventions) {
        this.tensors = tensors;
        this.files = files;
        this.conventions = conventions;
    }

    /// Maps the files of a model that lie in `folder`.
    ///
    /// @throws IOException if a file cannot be opened
    /// @throws MalformedException if a tensor ends beyond its file
    public static Weights map(WeighedModel model, Blueprint blueprint, Path folder, Arena arena) throws IOException {
        Checkpoint checkpoint = model.checkpoint();
        List<MemorySegment> files = new ArrayList<>();
        for (var file : checkpoint.files()) {
            try (FileChannel channel = FileChannel.open(folder.resolve(file.path()), StandardOpenOption.READ)) {
                files.add(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
            }
        }
        for (StoredTensor tensor : checkpoint.tensors()) {
            long size = files.get(tensor.file()).byteSize();
            if (tensor.offset() > size - tensor.bytes()) {
                throw new MalformedException("tensor " + tensor.name() + " ends beyond its file of " + size + " bytes");
            }
        }
        boolean gguf = checkpoint.format() == Format.GGUF;
        return new Weights(
                gguf ? ggufTensors(checkpoint, blueprint) : boundTensors(model),
                files,
                gguf ? Conventions.ofGguf(checkpoint.metadata()) : Conventions.PUBLISHED);
    }

    private static Map<String, List<StoredTensor>> boundTensors(WeighedModel model) {
        Map<String, List<StoredTensor>> tensors = new HashMap<>();
        for (InventoryEntry entry : model.inventory().entries()) {
            if (entry.tensor().stored().size() == 1) {
                tensors.put(entry.place().name(), entry.tensor().stored());
            }
        }
        return tensors;
    }

    /// Two tensors of one name, gate and up of experts, stand for a fused one.
    private static Map<String, List<StoredTensor>> ggufTensors(Checkpoint checkpoint, Blueprint blueprint) {
        Map<String, StoredTensor> byName = new HashMap<>();
        checkpoint.tensors().forEach(tensor -> byName.put(tensor.name(), tensor));
        Map<String, List<StoredTensor>> tensors = new HashMap<>();
        for (GgufTensor tensor : GgufNames.of(blueprint)) {
            StoredTensor stored = byName.get(tensor.place().name());
            if (stored != null) {
                tensors.computeIfAbsent(tensor.checkpointName(), _ -> new ArrayList<>(1))
                        .add(stored);
            }
        }
        return tensors;
    }

    /// What files of this kind do to weights.
    public Conventions conventions() {
        return conventions;
    }

    /// Whether there is a tensor of that name.
    public boolean has(String name) {
        return tensors.containsKey(name);
    }

    /// The values of a tensor in the order stored.
    ///
    /// @throws MalformedException if there is none of that name
    public float[] floats(String name) {
        List<StoredTensor> stored = tensors.get(name);
        if (stored == null) {
            throw new MalformedException("the files hold no tensor " + name, "are all shards there?");
        }
        int count = Math.toIntExact(
                stored.stream().mapToLong(tensor -> tensor.shape().elements()).sum());
        float[] values = new float[count];
        int at = 0;
        for (StoredTensor tensor : stored) {
            int elements = Math.toIntExact(tensor.shape().elements());
            BlockFormat.of(tensor.dataType()).decode(files.get(tensor.file()), tensor.offset(), values, at, elements);
            at += elements;
        }
        return values;
    }

    /// The values of a tensor where there is one of that name.
    public Optional<float[]> find(String name) {
        return has(name) ? Optional.of(floats(name)) : Optional.empty();
    }

    /// The matrix of a linear layer, `[out, in]` whatever way it is stored.
    ///
    /// @param path of the layer
    public Matrix matrix(String path, Linear linear) {
        float[] values = floats(path + linear.style().weight());
        int in = Math.toIntExact(linear.in());
        int out = Math.toIntExact(linear.out());
        boolean turned = linear.inputFirst() && !conventions.outputFirst();
        return new DenseMatrix(out, in, turned ? transposed(values, in, out) : values);
    }

    /// A matrix of `rows` rows.
    ///
    /// @param name of the tensor
    public Matrix matrix(String name, int rows, int columns) {
        return new DenseMatrix(rows, columns, floats(name));
    }

    /// The weights of a linear layer of every expert, one after the other; gate and up of one expert side by side where
    /// the
    /// files hold them apart.
    ///
    /// @param name of the tensor, with `*` for the expert where it is numbered
    /// @param count of experts
    public float[] stacked(String name, int count) {
        List<StoredTensor> stored = tensors.getOrDefault(name, List.of());
        float[] values = floats(name);
        if (stored.size() < 2) {
            return values;
        }
        int part = values.length / stored.size() / count;
        float[] joined = new float[values.length];
        for (int e = 0; e < count; e++) {
            for (int p = 0; p < stored.size(); p++) {
                System.arraycopy(values, (p * count + e) * part, joined, (e * stored.size() + p) * part, part);
            }
        }
        return joined;
    }

    /// One of the equal parts of a tensor stacked over experts, as a matrix.
    ///
    /// @param inputFirst whether a part is stored `[in, out]`
    public Matrix part(float[] stacked, int index, int out, int in, boolean inputFirst) {
        float[] values = new float[Math.multiplyExact(out, in)];
        System.arraycopy(stacked, index * values.length, values, 0, values.length);
        boolean turned = inputFirst && !conventions.outputFirst();
        return new DenseMatrix(out, in, turned ? transposed(values, in, out) : values);
    }

    /// `[rows, columns]` to `[columns, rows]`.
    private static float[] transposed(float[] values, int rows, int columns) {
        float[] turned = new float[values.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                turned[c * rows + r] = values[r * columns + c];
            }
        }
        return turned;
    }
}
