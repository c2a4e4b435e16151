package dev.weighbridge.files.shard;

import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.files.source.Repository;
import dev.weighbridge.files.source.ShardName;
import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.checkpoint.Format;
import dev.weighbridge.model.checkpoint.StoredFile;
import dev.weighbridge.model.checkpoint.StoredTensor;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.NotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The files of one model, put together as they are read and held against their index.
///
/// Where an index and a shard disagree about a tensor, the loaders in use follow the index where it names the
/// tensor and the shards elsewhere; so does this, and says so.
public final class Shards {
    private static final String INDEX = ".index.json";

    private final Repository repository;
    private final List<String> paths;
    private final @Nullable ShardIndex index;
    private final String folder;
    private final List<StoredFile> files = new ArrayList<>();
    private final List<StoredTensor> tensors = new ArrayList<>();
    private final Map<String, String> holders = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();
    private Config metadata = Config.EMPTY;
    private String unlisted = "";
    private int unlistedCount;
    private long bytesRead;

    /// What one file says.
    ///
    /// @param tensors with the file's index as [Reader] is told it
    /// @param metadata the format's own; that of the first file counts
    /// @param findings what is unusual
    public record Contents(List<StoredTensor> tensors, Config metadata, List<Finding> findings) {}

    /// Reads one file.
    public interface Reader {
        /// Reads its header.
        ///
        /// @param source the file
        /// @param file its index in the checkpoint
        Contents read(ByteSource source, int file) throws IOException;
    }

    private Shards(
            Repository repository, List<String> paths, @Nullable ShardIndex index, String folder, long bytesRead) {
        this.repository = repository;
        this.paths = paths;
        this.index = index;
        this.folder = folder;
        this.bytesRead = bytesRead;
    }

    /// The files of the model that `path` is or belongs to: an index, a shard (the others are found by its index,
    /// else by their names), or a single file.
    ///
    /// @param extension of the files, with its dot; an index's is this and `.index.json`
    /// @throws MalformedException if the index lies
    public static Shards of(Repository repository, String path, String extension) throws IOException {
        if (path.endsWith(extension + INDEX)) {
            return indexed(repository, path);
        }
        Optional<ShardName> shard = ShardName.parse(path, extension);
        if (shard.isEmpty()) {
            return new Shards(repository, List.of(path), null, "", 0);
        }
        String index = shard.get().prefix() + extension + INDEX;
        if (repository.find(index).isPresent()) {
            return indexed(repository, index);
        }
        List<String> paths = new ArrayList<>();
        for (int number = 1; number <= shard.get().count(); number++) {
            paths.add(number == shard.get().number() ? path : shard.get().shard(number));
        }
        return new Shards(repository, paths, null, "", 0);
    }

    private static Shards indexed(Repository repository, String path) throws IOException {
        ShardIndex index;
        long bytesRead;
        try (ByteSource source = repository.open(path)) {
            index = ShardIndex.read(source);
            bytesRead = source.bytesRead();
        }
        String folder = path.substring(0, path.lastIndexOf('/') + 1);
        List<String> paths = index.shards().stream().map(folder::concat).toList();
        return new Shards(repository, paths, index, folder, bytesRead);
    }

    /// Reads every file, once.
    ///
    /// @throws MalformedException if a file lies, or two hold the same tensor
    /// @throws NotFoundException if a shard is missing
    public Checkpoint read(Format format, Reader reader) throws IOException {
        for (String path : paths) {
            try (ByteSource source = open(path)) {
                add(path, source, reader.read(source, files.size()));
            }
        }
        if (index != null) {
            compareWith(index);
        }
        return new Checkpoint(format, repository.name(), files, metadata, Config.EMPTY, tensors, findings, bytesRead);
    }

    private ByteSource open(String path) throws IOException {
        try {
            return repository.open(path);
        } catch (NotFoundException e) {
            if (paths.size() == 1) {
                throw e;
            }
            throw new NotFoundException(
                    "shard " + path + " of " + repository.name() + " is missing; the model has " + paths.size(),
                    "put all shards into one folder");
        }
    }

    private void add(String path, ByteSource source, Contents contents) {
        for (StoredTensor tensor : contents.tensors()) {
            if (!isHeldElsewhere(path, tensor.name())) {
                tensors.add(tensor);
            }
        }
        if (files.isEmpty()) {
            metadata = contents.metadata();
        }
        files.add(new StoredFile(path, source.size()));
        findings.addAll(contents.findings());
        bytesRead = Math.addExact(bytesRead, source.bytesRead());
    }

    /// Whether the tensor counts as another shard's; refuses a tensor that two shards hold and no index assigns.
    private boolean isHeldElsewhere(String path, String tensor) {
        String listed = index == null ? null : index.shardOf().get(tensor);
        if (listed != null && !path.equals(folder + listed)) {
            findings.add(new Finding(
                    Finding.Kind.IRREGULAR,
                    tensor,
                    path + " holds " + tensor + ", which the index says is in " + listed));
            return true;
        }
        if (index != null && listed == null) {
            unlisted = unlistedCount == 0 ? tensor : unlisted;
            unlistedCount++;
        }
        String holder = holders.putIfAbsent(tensor, path);
        if (holder != null) {
            throw new MalformedException(path + " lists the tensor " + tensor + ", which " + holder + " holds too");
        }
        return false;
    }

    private void compareWith(ShardIndex index) {
        String absent = "";
        int absentCount = 0;
        for (Map.Entry<String, String> entry : index.shardOf().entrySet()) {
            if (!holders.containsKey(entry.getKey())) {
                absent = absentCount == 0 ? entry.getKey() + " in " + entry.getValue() : absent;
                absentCount++;
            }
        }
        if (absentCount > 0) {
            findings.add(new Finding(
                    Finding.Kind.IRREGULAR,
                    "",
                    "the index lists " + absentCount + " tensors that the shards lack, the first " + absent));
        }
        if (unlistedCount > 0) {
            findings.add(new Finding(
                    Finding.Kind.IRREGULAR,
                    "",
                    "the shards hold " + unlistedCount + " tensors that the index does not list, the first "
                            + unlisted));
        }
        long bytes = tensors.stream().mapToLong(StoredTensor::bytes).reduce(0, Math::addExact);
        if (index.totalBytes() >= 0 && index.totalBytes() != bytes && index.totalBytes() != distinctBytes()) {
            findings.add(new Finding(
                    Finding.Kind.IRREGULAR,
                    "",
                    "the index says total_size " + index.totalBytes() + ", the tensors take " + bytes + " bytes"));
        }
    }

    /// Bytes with shared ranges counted once, which is how some writers count tied tensors.
    private long distinctBytes() {
        Set<List<Long>> ranges = new HashSet<>();
        long bytes = 0;
        for (StoredTensor tensor : tensors) {
            if (ranges.add(List.of((long) tensor.file(), tensor.offset(), tensor.bytes()))) {
                bytes = Math.addExact(bytes, tensor.bytes());
            }
        }
        return bytes;
    }
}
