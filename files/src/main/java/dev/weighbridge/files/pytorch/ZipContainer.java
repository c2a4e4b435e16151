package dev.weighbridge.files.pytorch;

import dev.weighbridge.files.source.ByteCursor;
import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.UnsupportedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/// The container since PyTorch 1.6, which TorchScript uses too. Only the zip directory and the pickle are read.
final class ZipContainer {
    private static final String PICKLE = "data.pkl";
    private static final long MAX_UNPACKED_PICKLE_BYTES = 64L << 20;

    private final ByteSource source;
    private final ZipDirectory directory;
    private final String prefix;
    private final Map<String, Long> offsets = new HashMap<>();

    private ZipContainer(ByteSource source, ZipDirectory directory, String prefix) {
        this.source = source;
        this.directory = directory;
        this.prefix = prefix;
    }

    static Container read(ByteSource source) throws IOException {
        ZipDirectory directory = ZipDirectory.read(source);
        ZipDirectory.Entry pickle = directory.entries().stream()
                .filter(entry -> entry.name().equals(PICKLE) || entry.name().endsWith("/" + PICKLE))
                .min(Comparator.comparingInt(entry -> entry.name().length()))
                .orElseThrow(() -> new MalformedException(
                        source.name() + ": a zip file without " + PICKLE + " is no PyTorch file"));
        String prefix = pickle.name().substring(0, pickle.name().length() - PICKLE.length());
        PickleReader reader = new PickleReader(directory.open(pickle, MAX_UNPACKED_PICKLE_BYTES));
        PickleValue root = reader.read();
        ZipContainer container = new ZipContainer(source, directory, prefix);
        return new Container(
                directory.find(prefix + "constants.pkl").isPresent() ? Container.Kind.TORCHSCRIPT : Container.Kind.ZIP,
                root,
                reader.globals(),
                container.isBigEndian(),
                container::offset);
    }

    private boolean isBigEndian() throws IOException {
        ZipDirectory.Entry order = directory.find(prefix + "byteorder").orElse(null);
        if (order == null || order.bytes() > 16) {
            return false;
        }
        ByteCursor in = directory.open(order, 16);
        return new String(in.bytes(in.remaining()), StandardCharsets.US_ASCII).equals("big");
    }

    private long offset(Storage storage) throws IOException {
        String name = prefix + "data/" + storage.key();
        ZipDirectory.Entry entry = directory
                .find(name)
                .orElseThrow(() -> new MalformedException(source.name() + ": the record " + name + " is missing"));
        if (!entry.isStored()) {
            throw new UnsupportedException(
                    source.name() + ": the record " + name + " is compressed, which PyTorch never does",
                    "load the file with PyTorch and save it again");
        }
        if (entry.bytes() < storage.bytes()) {
            throw new MalformedException(source.name() + ": the record " + name + " has " + entry.bytes()
                    + " bytes where its storage needs " + storage.bytes());
        }
        Long known = offsets.get(name);
        if (known == null) {
            known = directory.dataOffset(entry);
            offsets.put(name, known);
        }
        return known;
    }
}
