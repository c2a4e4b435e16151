package dev.weighbridge.files.safetensors;

import dev.weighbridge.files.shard.Shards;
import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.files.source.Repository;
import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.checkpoint.Format;
import dev.weighbridge.model.checkpoint.StoredTensor;
import java.io.IOException;
import java.util.List;

/// Reads safetensors files: a single one, or all shards of a model.
public final class SafetensorsReader {
    /// What the name of a file of tensors ends with.
    public static final String EXTENSION = ".safetensors";

    /// What the name of a shard index ends with.
    public static final String INDEX_EXTENSION = ".safetensors.index.json";

    private SafetensorsReader() {}

    /// Reads the model that `path` is or belongs to: an index, a shard (the others are found by its index, else by
    /// their names), or a single file.
    ///
    /// @throws dev.weighbridge.model.error.MalformedException if a header or the index lies
    /// @throws dev.weighbridge.model.error.NotFoundException if a shard is missing
    public static Checkpoint read(Repository repository, String path) throws IOException {
        return Shards.of(repository, path, EXTENSION).read(Format.SAFETENSORS, (source, file) -> {
            SafetensorsHeader header = readHeader(source);
            return new Shards.Contents(numbered(header.tensors(), file), header.metadata(), header.findings());
        });
    }

    private static List<StoredTensor> numbered(List<StoredTensor> tensors, int file) {
        return tensors.stream()
                .map(tensor -> new StoredTensor(
                        tensor.name(), tensor.dataType(), tensor.shape(), file, tensor.offset(), tensor.bytes()))
                .toList();
    }

    /// Reads the header of one file.
    ///
    /// @throws dev.weighbridge.model.error.MalformedException if it lies
    public static SafetensorsHeader readHeader(ByteSource source) throws IOException {
        return new HeaderReader(source).read();
    }
}
