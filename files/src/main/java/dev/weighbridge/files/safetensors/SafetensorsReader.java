package dev.weighbridge.files.safetensors;

import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.files.source.Repository;
import dev.weighbridge.files.source.ShardName;
import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.NotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads safetensors files: a single one, or all shards of a model.
public final class SafetensorsReader {
    /// What the name of a file of tensors ends with.
    public static final String EXTENSION = ".safetensors";

    /// What the name of a shard index ends with.
    public static final String INDEX_EXTENSION = ".safetensors.index.json";

    private SafetensorsReader() {}

    /// Reads the model that `path` is or belongs to: an index, a shard (the others are found by its index, else by
    /// their
    /// names), or a single file.
    ///
    /// @throws MalformedException if a header or the index lies
    /// @throws NotFoundException if a shard is missing
    public static Checkpoint read(Repository repository, String path) throws IOException {
        if (path.endsWith(INDEX_EXTENSION)) {
            return readIndexed(repository, path);
        }
        Optional<ShardName> shard = ShardName.parse(path, EXTENSION);
        if (shard.isEmpty()) {
            return readFiles(repository, "", List.of(path), null, 0);
        }
        String index = shard.get().prefix() + INDEX_EXTENSION;
        if (repository.find(index).isPresent()) {
            return readIndexed(repository, index);
        }
        List<String> shards = new ArrayList<>();
        for (int number = 1; number <= shard.get().count(); number++) {
            shards.add(number == shard.get().number() ? path : shard.get().shard(number));
        }
        return readFiles(repository, "", shards, null, 0);
    }

    /// Reads the header of one file.
    ///
    /// @throws MalformedException if it lies
    public static SafetensorsHeader readHeader(ByteSource source) throws IOException {
        return new HeaderReader(source).read();
    }

    private static Checkpoint readIndexed(Repository repository, String path) throws IOException {
        ShardIndex index;
        long bytesRead;
        try (ByteSource source = repository.open(path)) {
            index = ShardIndex.read(source);
            bytesRead = source.bytesRead();
        }
        String folder = path.substring(0, path.lastIndexOf('/') + 1);
        List<String> shards = index.shards().stream().map(folder::concat).toList();
        return readFiles(repository, folder, shards, index, bytesRead);
    }

    private static Checkpoint readFiles(
            Repository repository, String folder, List<String> paths, @Nullable ShardIndex index, long bytesRead)
            throws IOException {
        ShardSet shards = new ShardSet(index, folder, bytesRead);
        for (String path : paths) {
            try (ByteSource source = open(repository, path, paths.size())) {
                shards.add(path, source, readHeader(source));
            }
        }
        return shards.checkpoint(repository.name());
    }

    private static ByteSource open(Repository repository, String path, int count) throws IOException {
        try {
            return repository.open(path);
        } catch (NotFoundException e) {
            if (count == 1) {
                throw e;
            }
            throw new NotFoundException(
                    "shard " + path + " of " + repository.name() + " is missing; the model has " + count,
                    "put all shards into one folder");
        }
    }
}
