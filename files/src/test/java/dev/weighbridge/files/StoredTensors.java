package dev.weighbridge.files;

import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.checkpoint.StoredTensor;

/// What holds of the tensors of any file that is read at all.
public final class StoredTensors {
    private StoredTensors() {}

    /// Fails where a tensor of the first file lies outside it.
    public static void requireInside(Checkpoint checkpoint) {
        long bytes = checkpoint.files().getFirst().bytes();
        for (StoredTensor tensor : checkpoint.tensors()) {
            boolean inside = tensor.offset() >= 0
                    && tensor.bytes() >= 0
                    && (tensor.file() > 0 || tensor.offset() <= bytes - tensor.bytes());
            if (!inside) {
                throw new AssertionError(tensor + " lies outside the file of " + bytes + " bytes");
            }
        }
    }
}
