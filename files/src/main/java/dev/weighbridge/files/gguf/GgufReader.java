package dev.weighbridge.files.gguf;

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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads GGUF files: models, vocabularies without tensors, adapters, projectors, whole or split.
public final class GgufReader {
    private static final String EXTENSION = ".gguf";

    private GgufReader() {}

    /// Reads the model that the file at `path` is, or is a part of: the other parts are read from the same folder.
    ///
    /// @throws MalformedException if a header lies
    /// @throws NotFoundException if a part is missing
    public static Checkpoint read(Repository repository, String path) throws IOException {
        Parts parts = new Parts();
        Optional<ShardName> split = ShardName.parse(path, EXTENSION);
        int count = split.isPresent() ? split.get().count() : 1;
        for (int number = 1; number <= count; number++) {
            String part = split.isPresent() ? partPath(repository, path, split.get(), number) : path;
            try (ByteSource source = repository.open(part)) {
                parts.add(part, source, readHeader(source), number, count);
            }
        }
        return parts.checkpoint(path);
    }

    /// Reads the header of one file, long arrays elided.
    ///
    /// @throws MalformedException if it lies
    public static GgufHeader readHeader(ByteSource source) throws IOException {
        return new HeaderReader(source, false).read();
    }

    /// Reads the header of one file with every array of the metadata, vocabulary included.
    ///
    /// @throws MalformedException if it lies
    public static GgufHeader readHeaderInFull(ByteSource source) throws IOException {
        return new HeaderReader(source, true).read();
    }

    private static String partPath(Repository repository, String given, ShardName split, int number)
            throws IOException {
        String path = split.shard(number);
        if (number != split.number() && repository.find(path).isEmpty()) {
            throw new NotFoundException(
                    "part " + number + " of " + split.count() + " (" + path + ") of the split model " + given
                            + " is missing",
                    "put all " + split.count() + " parts into one folder");
        }
        return path;
    }

    /// The parts of one model, put together as they are read.
    private static final class Parts {
        private final List<StoredFile> files = new ArrayList<>();
        private final List<StoredTensor> tensors = new ArrayList<>();
        private final List<Finding> findings = new ArrayList<>();
        private final Set<String> names = new HashSet<>();
        private Config metadata = Config.EMPTY;
        private long bytesRead;

        void add(String path, ByteSource source, GgufHeader header, int number, int count) {
            checkSplit(path, header.metadata(), number, count);
            int file = files.size();
            for (StoredTensor tensor : header.tensors()) {
                if (count > 1 && !names.add(tensor.name())) {
                    throw new MalformedException(path + " lists the tensor " + tensor.name() + " of an earlier part");
                }
                tensors.add(
                        file == 0
                                ? tensor
                                : new StoredTensor(
                                        tensor.name(),
                                        tensor.dataType(),
                                        tensor.shape(),
                                        file,
                                        tensor.offset(),
                                        tensor.bytes()));
            }
            if (file == 0) {
                metadata = header.metadata();
            }
            files.add(new StoredFile(path, source.size()));
            findings.addAll(header.findings());
            bytesRead = Math.addExact(bytesRead, source.bytesRead());
        }

        private void checkSplit(String path, Config part, int number, int count) {
            long claimed = part.integer("split.count", 0);
            if (count == 1 && claimed > 1) {
                findings.add(new Finding(
                        Finding.Kind.IRREGULAR,
                        "",
                        path + " says that it is part " + (part.integer("split.no", 0) + 1) + " of " + claimed
                                + ", but its name does not, so it is read alone"));
            } else if (count > 1 && claimed != count) {
                throw new MalformedException(
                        path + " is named as one of " + count + " parts, but its split.count says " + claimed);
            } else if (count > 1 && part.integer("split.no", -1) != number - 1) {
                throw new MalformedException(path + " is named as part " + number + ", but its split.no (from 0) says "
                        + part.integer("split.no", -1));
            }
        }

        Checkpoint checkpoint(String path) {
            long claimed = metadata.integer("split.tensors.count", tensors.size());
            if (files.size() > 1 && claimed != tensors.size()) {
                throw new MalformedException(path + " and its other parts hold " + tensors.size()
                        + " tensors, but split.tensors.count says " + claimed);
            }
            if (tensors.isEmpty() && metadata.has("general.architecture")) {
                findings.add(new Finding(
                        Finding.Kind.ASSUMED,
                        "",
                        path + " holds no tensors; what is known is what its metadata describes"));
            }
            Config config = GgufConfig.of(metadata, tensors);
            return new Checkpoint(Format.GGUF, name(path), files, metadata, config, tensors, findings, bytesRead);
        }

        private String name(String path) {
            if (metadata.values().get("general.name") instanceof String name && !name.isBlank()) {
                return name;
            }
            String file = path.substring(path.lastIndexOf('/') + 1);
            String prefix =
                    ShardName.parse(file, EXTENSION).map(ShardName::prefix).orElse(file);
            return prefix.endsWith(EXTENSION) ? prefix.substring(0, prefix.length() - EXTENSION.length()) : prefix;
        }
    }
}
