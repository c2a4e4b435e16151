package dev.weighbridge.files.safetensors;

import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.checkpoint.Format;
import dev.weighbridge.model.checkpoint.StoredFile;
import dev.weighbridge.model.checkpoint.StoredTensor;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The files of one model, put together as they are read and held against their index.
///
/// Where an index and a shard disagree about a tensor, the loaders in use follow the index where it names the tensor
/// and
/// the shards elsewhere; so does this, and says so.
final class ShardSet {
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

    /// @param index what lists the shards, where there is such
    /// @param folder of the index, with a `/` at its end, or empty
    /// @param bytesRead bytes taken so far
    ShardSet(@Nullable ShardIndex index, String folder, long bytesRead) {
        this.index = index;
        this.folder = folder;
        this.bytesRead = bytesRead;
    }

    void add(String path, ByteSource source, SafetensorsHeader header) {
        int file = files.size();
        for (StoredTensor tensor : header.tensors()) {
            if (isHeldElsewhere(path, tensor.name())) {
                continue;
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

    Checkpoint checkpoint(String name) {
        if (index != null) {
            compareWith(index);
        }
        return new Checkpoint(Format.SAFETENSORS, name, files, metadata, Config.EMPTY, tensors, findings, bytesRead);
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
        if (index.totalBytes() >= 0 && index.totalBytes() != bytes) {
            findings.add(new Finding(
                    Finding.Kind.IRREGULAR,
                    "",
                    "the index says total_size " + index.totalBytes() + ", the tensors take " + bytes + " bytes"));
        }
    }
}
