package dev.weighbridge.files.pytorch;

import dev.weighbridge.files.shard.Shards;
import dev.weighbridge.files.source.Repository;
import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.checkpoint.Format;
import java.io.IOException;

/// Reads PyTorch files (`.bin`, `.pt`, `.pth`, `.ckpt`), in the zip and in the legacy container. Nothing in them is
/// run.
public final class PytorchReader {
    /// What the name of a shard ends with; single files have other endings too.
    public static final String SHARD_EXTENSION = ".bin";

    private PytorchReader() {}

    /// Reads the model that `path` is or belongs to: an index, a shard (the others are found by its index, else by
    /// their names), or a single file.
    ///
    /// Metadata: `container` (`zip`, `torchscript`, `legacy`, `pickle`), and the plain values that stand beside the
    /// tensors, such as `epoch` or `model_args`. Tied weights are tensors of one range.
    ///
    /// @throws dev.weighbridge.model.error.MalformedException if a file or the index is broken
    /// @throws dev.weighbridge.model.error.UnsupportedException if a file uses what is not known here
    /// @throws dev.weighbridge.model.error.NotFoundException if a shard is missing
    public static Checkpoint read(Repository repository, String path) throws IOException {
        return Shards.of(repository, path, SHARD_EXTENSION).read(Format.PYTORCH, TorchFile::read);
    }
}
