package dev.weighbridge.engine.weight;

import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.checkpoint.StoredTensor;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.UnsupportedException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The tensors of a model's files, mapped into memory and found by the names of the published checkpoint.
///
/// The arena owns the mapping: it stays as long as the arena does.
public final class Weights {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Map<String, StoredTensor> tensors = new HashMap<>();
    private final List<MemorySegment> files;

    private Weights(List<StoredTensor> tensors, List<MemorySegment> files) {
        tensors.forEach(tensor -> this.tensors.put(tensor.name(), tensor));
        this.files = files;
    }

    /// Maps the files of a checkpoint that lie in `folder`.
    ///
    /// @throws IOException if a file cannot be opened
    /// @throws MalformedException if a tensor ends beyond its file
    public static Weights map(Checkpoint checkpoint, Path folder, Arena arena) throws IOException {
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
        return new Weights(checkpoint.tensors(), files);
    }

    /// Whether there is a tensor of that name.
    public boolean has(String name) {
        return tensors.containsKey(name);
    }

    /// The values of a tensor in the order stored.
    ///
    /// @throws MalformedException if there is none of that name
    public float[] floats(String name) {
        StoredTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new MalformedException("the files hold no tensor " + name, "are all shards there?");
        }
        MemorySegment data = files.get(tensor.file()).asSlice(tensor.offset(), tensor.bytes());
        float[] values = new float[Math.toIntExact(tensor.shape().elements())];
        switch (tensor.dataType()) {
            case F32 -> MemorySegment.copy(data, FLOAT, 0, values, 0, values.length);
            case F16 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = Float.float16ToFloat(data.getAtIndex(SHORT, i));
                }
            }
            case BF16 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = Float.intBitsToFloat(data.getAtIndex(SHORT, i) << 16);
                }
            }
            default ->
                throw new UnsupportedException("tensor " + name + " is stored as " + tensor.dataType()
                        + ", which the engine does not read");
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
        return new DenseMatrix(out, in, linear.inputFirst() ? transposed(values, in, out) : values);
    }

    /// A matrix of `rows` rows.
    ///
    /// @param name of the tensor
    public Matrix matrix(String name, int rows, int columns) {
        return new DenseMatrix(rows, columns, floats(name));
    }

    /// One of `count` equal parts of a tensor stacked over experts, as a matrix.
    ///
    /// @param inputFirst whether a part is stored `[in, out]`
    public static Matrix part(float[] stacked, int index, int out, int in, boolean inputFirst) {
        float[] values = new float[Math.multiplyExact(out, in)];
        System.arraycopy(stacked, index * values.length, values, 0, values.length);
        return new DenseMatrix(out, in, inputFirst ? transposed(values, in, out) : values);
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
