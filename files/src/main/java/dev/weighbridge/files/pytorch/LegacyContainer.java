package dev.weighbridge.files.pytorch;

import dev.weighbridge.files.pytorch.PickleValue.Big;
import dev.weighbridge.files.pytorch.PickleValue.Dict;
import dev.weighbridge.files.pytorch.PickleValue.Flag;
import dev.weighbridge.files.pytorch.PickleValue.Int;
import dev.weighbridge.files.pytorch.PickleValue.Persistent;
import dev.weighbridge.files.pytorch.PickleValue.Sequence;
import dev.weighbridge.files.pytorch.PickleValue.Text;
import dev.weighbridge.files.source.ByteCursor;
import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.UnsupportedException;
import java.io.IOException;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The container before PyTorch 1.6: pickles one after another, then the storages.
///
/// The storages are not visited: each takes eight bytes for its count and its elements, in the order of the list of
/// keys, so their places follow from the pickle and the file's length confirms them.
final class LegacyContainer {
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final long PROTOCOL = 1001;

    private LegacyContainer() {}

    static Container read(ByteSource source) throws IOException {
        ByteCursor in = new ByteCursor(source, 0, source.size());
        PickleReader reader = new PickleReader(in);
        PickleValue first = reader.read();
        if (!(first instanceof Big(BigInteger magic) && magic.equals(MAGIC))) {
            return new Container(Container.Kind.PICKLE, first, reader.globals(), false, storage -> {
                throw new MalformedException(source.name() + ": the pickle refers to storages that the file has not");
            });
        }
        if (!(reader.read() instanceof Int(long version)) || version != PROTOCOL) {
            throw new UnsupportedException(
                    source.name() + ": the version of PyTorch's legacy format is not " + PROTOCOL);
        }
        boolean bigEndian = reader.read() instanceof Dict facts
                && facts.get("little_endian") instanceof Flag(boolean little)
                && !little;
        PickleValue root = reader.read();
        Map<String, Long> offsets = offsets(source, in, reader);
        return new Container(Container.Kind.LEGACY, root, reader.globals(), bigEndian, storage -> {
            Long offset = offsets.get(storage.key());
            if (offset == null) {
                throw new MalformedException(source.name() + ": storage " + storage.key() + " is not in the file");
            }
            return offset;
        });
    }

    private static Map<String, Long> offsets(ByteSource source, ByteCursor in, PickleReader reader) throws IOException {
        Map<String, Storage> storages = new HashMap<>();
        for (Persistent persistent : reader.persistents()) {
            if (isStorage(persistent)) {
                Storage storage = Storage.of(persistent, source.name());
                Storage known = storages.putIfAbsent(storage.key(), storage);
                if (known != null && known.bytes() != storage.bytes()) {
                    throw new MalformedException(source.name() + ": storage " + storage.key() + " has " + known.bytes()
                            + " bytes in one place and " + storage.bytes() + " in another");
                }
            }
        }
        if (!(reader.read() instanceof Sequence(List<PickleValue> keys))) {
            throw in.malformed("the list of storages is missing");
        }
        Map<String, Long> offsets = new HashMap<>();
        long position = in.position();
        for (PickleValue value : keys) {
            Storage storage = value instanceof Text key ? storages.get(key.value()) : null;
            if (storage == null) {
                throw in.malformed("the list of storages names one that no tensor uses");
            }
            long offset = position + Long.BYTES;
            if (offset > source.size() || storage.bytes() > source.size() - offset) {
                throw new MalformedException(
                        source.name() + ": storage " + storage.key() + " of " + storage.bytes() + " bytes at byte "
                                + offset + " is cut short; the file has " + source.size() + " bytes",
                        "download the file again");
            }
            offsets.put(storage.key(), offset);
            position = offset + storage.bytes();
        }
        return offsets;
    }

    /// Legacy files also refer to the source code of modules.
    private static boolean isStorage(Persistent persistent) {
        return persistent.id() instanceof Sequence(List<PickleValue> id)
                && !id.isEmpty()
                && id.getFirst() instanceof Text what
                && what.value().equals("storage");
    }
}
