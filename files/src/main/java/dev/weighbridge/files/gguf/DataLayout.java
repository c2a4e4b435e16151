package dev.weighbridge.files.gguf;

import dev.weighbridge.files.gguf.HeaderReader.TensorInfo;
import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.checkpoint.StoredTensor;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.tensor.DataType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Places tensors in a file and checks that each fills whole blocks, is aligned, lies in the file and shares no byte
/// with another.
final class DataLayout {
    private final ByteSource source;
    private final int alignment;
    private final long dataOffset;

    DataLayout(ByteSource source, long headerEnd, int alignment) {
        this.source = source;
        this.alignment = alignment;
        this.dataOffset = aligned(headerEnd);
    }

    long dataOffset() {
        return dataOffset;
    }

    /// The tensors with their bytes in the file, in the order of `infos`; adds what is irregular to `findings`.
    List<StoredTensor> place(List<TensorInfo> infos, List<Finding> findings) {
        boolean wideGroups = hasTernaryGroupsOf128(infos);
        List<StoredTensor> tensors = new ArrayList<>(infos.size());
        for (TensorInfo info : infos) {
            boolean wide = wideGroups && info.type() == DataType.Q2_0;
            tensors.add(place(info, wide ? DataType.PQ2_0 : info.type()));
        }
        if (wideGroups) {
            findings.add(new Finding(
                    Finding.Kind.ASSUMED,
                    "",
                    source.name() + " stores type 42 in groups of 128 as PrismML's fork did, not of 64 (Q2_0)"));
        }
        checkOrder(tensors, findings);
        return tensors;
    }

    private StoredTensor place(TensorInfo info, DataType type) {
        long row = info.shape().dimension(-1);
        if (row % type.blockElements() != 0) {
            throw refused(
                    info,
                    "has rows of " + row + " elements, which do not fill whole blocks of " + type.blockElements() + " ("
                            + type + ")");
        }
        long bytes = bytes(info, type);
        if (bytes < 0) {
            throw refused(info, "of shape " + info.shape() + " takes more than 2^63 bytes");
        }
        if (info.offset() < 0 || info.offset() % alignment != 0) {
            throw refused(
                    info,
                    "begins at " + Long.toUnsignedString(info.offset()) + ", which is not a multiple of " + alignment
                            + " within 2^63");
        }
        if (bytes > source.size() - dataOffset || info.offset() > source.size() - dataOffset - bytes) {
            throw refused(
                    info,
                    "needs " + bytes + " bytes at byte " + info.offset() + " of the data, but the file ends at byte "
                            + Math.max(0, source.size() - dataOffset) + " of it (is it cut short?)");
        }
        return new StoredTensor(info.name(), type, info.shape(), 0, dataOffset + info.offset(), bytes);
    }

    private void checkOrder(List<StoredTensor> tensors, List<Finding> findings) {
        List<StoredTensor> byOffset = tensors;
        if (!isAscending(tensors)) {
            byOffset = new ArrayList<>(tensors);
            byOffset.sort(Comparator.comparingLong(StoredTensor::offset));
        }
        long end = dataOffset;
        long unused = 0;
        String owner = "";
        for (StoredTensor tensor : byOffset) {
            if (tensor.offset() < end) {
                throw new MalformedException(source.name() + ": tensors " + owner + " and " + tensor.name()
                        + " overlap at byte " + tensor.offset());
            }
            unused += tensor.offset() - Math.min(tensor.offset(), aligned(end));
            end = tensor.offset() + tensor.bytes();
            owner = tensor.name();
        }
        if (!tensors.isEmpty()) {
            unused += source.size() - Math.min(source.size(), aligned(end));
        }
        if (unused > 0) {
            findings.add(new Finding(
                    Finding.Kind.IRREGULAR,
                    "",
                    source.name() + " holds " + unused + " bytes that belong to no tensor"));
        }
    }

    private static boolean isAscending(List<StoredTensor> tensors) {
        for (int i = 1; i < tensors.size(); i++) {
            if (tensors.get(i).offset() < tensors.get(i - 1).offset()) {
                return false;
            }
        }
        return true;
    }

    /// Type 42 means groups of 64 with 18 bytes in llama.cpp, and meant groups of 128 with 34 bytes in the fork that
    /// published the first ternary models. The room up to the next tensor tells them apart.
    private boolean hasTernaryGroupsOf128(List<TensorInfo> infos) {
        for (int i = 0; i + 1 < infos.size(); i++) {
            TensorInfo info = infos.get(i);
            if (info.type() == DataType.Q2_0 && info.shape().dimension(-1) % DataType.PQ2_0.blockElements() == 0) {
                long room = infos.get(i + 1).offset() - info.offset();
                long wide = bytes(info, DataType.PQ2_0);
                if (wide > 0 && room < bytes(info, DataType.Q2_0) && room == aligned(wide)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// What the tensor takes; -1 beyond 2^63.
    private static long bytes(TensorInfo info, DataType type) {
        try {
            return type.bytes(info.shape().elements());
        } catch (ArithmeticException e) {
            return -1;
        }
    }

    private long aligned(long offset) {
        return (offset + alignment - 1) & -alignment;
    }

    private MalformedException refused(TensorInfo info, String what) {
        return new MalformedException(source.name() + ": tensor " + info.name() + " " + what);
    }
}
