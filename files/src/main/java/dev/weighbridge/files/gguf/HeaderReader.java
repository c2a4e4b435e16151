package dev.weighbridge.files.gguf;

import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.model.tensor.Shape;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the header of one file: metadata, then the list of tensors; [DataLayout] then checks where they lie.
final class HeaderReader {
    private static final int MAX_METADATA = 100_000;
    private static final int MAX_TENSORS = 1_000_000;
    private static final int MAX_NAME_BYTES = 65_535;
    private static final int MAX_DIMENSIONS = 4;
    private static final int MAX_ARRAY_DEPTH = 4;
    private static final int MAX_HELD_NUMBERS = 4_096;
    private static final int MAX_HELD_TEXTS = 64;
    private static final int MAX_HELD_TEXT_BYTES = 1 << 20;
    private static final int LEAST_METADATA_BYTES = 13;
    private static final int LEAST_TENSOR_BYTES = 32;
    private static final int DEFAULT_ALIGNMENT = 32;

    /// What an item of metadata costs to hold, beside the bytes of its text.
    private static final int ITEM_BYTES = 32;

    private static final long HELD_BYTES_LIMIT = 1L << 28;
    private static final long HELD_BYTES_LIMIT_IN_FULL = 1L << 31;

    private final ByteSource source;
    private final HeaderInput in;
    private final boolean inFull;
    private final List<Finding> findings = new ArrayList<>();
    private long heldBytes;

    HeaderReader(ByteSource source, boolean inFull) {
        this.source = source;
        this.in = new HeaderInput(source);
        this.inFull = inFull;
    }

    GgufHeader read() throws IOException {
        readMagic();
        int version = readVersion();
        long tensorCount = in.countOf("tensors", LEAST_TENSOR_BYTES, MAX_TENSORS);
        long metadataCount = in.countOf("metadata entries", LEAST_METADATA_BYTES, MAX_METADATA);
        Map<String, @Nullable Object> metadata = readMetadata(metadataCount);
        checkArchitecture(metadata);
        int alignment = alignment(metadata);
        List<TensorInfo> infos = readTensors(tensorCount);
        DataLayout layout = new DataLayout(source, in.position(), alignment);
        return new GgufHeader(
                version,
                in.isBigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
                alignment,
                Config.of(metadata),
                layout.place(infos, findings),
                layout.dataOffset(),
                findings);
    }

    private void readMagic() throws IOException {
        int magic = in.i32("the magic");
        switch (magic) {
            case 0x46554747 -> {} // GGUF
            case 0x67676d6c, 0x67676d66, 0x67676a74, 0x67676c61, 0x544a4747, 0x4c4d4747 ->
                throw new UnsupportedException(
                        source.name() + " is a GGML file of before August 2023, not GGUF",
                        "convert it with llama.cpp's convert_llama_ggml_to_gguf.py, or look for a GGUF of the model");
            default ->
                throw new MalformedException(
                        source.name() + " is not a GGUF file: it begins with " + shown(magic) + ", not GGUF");
        }
    }

    private static String shown(int magic) {
        StringBuilder shown = new StringBuilder();
        for (int shift = 0; shift < 32; shift += 8) {
            int letter = magic >> shift & 0xff;
            shown.append(letter > ' ' && letter < 127 ? String.valueOf((char) letter) : "\\x%02x".formatted(letter));
        }
        return shown.toString();
    }

    /// Versions are small, so the half of the field that is zero tells the byte order.
    private int readVersion() throws IOException {
        int version = in.i32("the version");
        if ((version & 0xffff) == 0 && version != 0) {
            in.readBigEndian();
            version = Integer.reverseBytes(version);
        }
        if (version == 1) {
            throw new UnsupportedException(
                    source.name() + " is GGUF version 1, which only programs of August 2023 read; 2 and 3 are known",
                    "look for a newer GGUF of the model");
        }
        if (version != 2 && version != 3) {
            throw version == 0
                    ? in.malformed("claims GGUF version 0")
                    : new UnsupportedException(source.name() + " is GGUF version " + Integer.toUnsignedString(version)
                            + "; 2 and 3 are known");
        }
        return version;
    }

    private Map<String, @Nullable Object> readMetadata(long count) throws IOException {
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        for (long i = 0; i < count; i++) {
            String key = in.name("a metadata key", MAX_NAME_BYTES);
            if (key.isEmpty()) {
                throw in.malformed("has an empty metadata key at byte " + in.position());
            }
            heldBytes += ITEM_BYTES + key.length();
            if (metadata.put(key, readValue(readValueType(key), key, 0)) != null) {
                throw in.malformed("holds the metadata key " + key + " twice");
            }
        }
        return metadata;
    }

    private ValueType readValueType(String key) throws IOException {
        long code = in.u32(key);
        ValueType type = ValueType.of(code);
        if (type == null) {
            throw in.malformed("gives " + key + " the unknown value type " + code + "; known are 0 to 12");
        }
        return type;
    }

    private Object readValue(ValueType type, String key, int depth) throws IOException {
        return switch (type) {
            case UINT8 -> (long) in.u8(key);
            case INT8 -> (long) (byte) in.u8(key);
            case UINT16 -> (long) in.u16(key);
            case INT16 -> (long) (short) in.u16(key);
            case UINT32 -> in.u32(key);
            case INT32 -> (long) in.i32(key);
            case FLOAT32 -> (double) Float.intBitsToFloat(in.i32(key));
            case BOOL -> readFlag(key);
            case STRING -> readText(key);
            case ARRAY -> readArray(key, depth + 1);
            case UINT64 -> unsigned(in.i64(key));
            case INT64 -> in.i64(key);
            case FLOAT64 -> Double.longBitsToDouble(in.i64(key));
        };
    }

    private Object unsigned(long value) {
        if (value >= 0) {
            return value;
        }
        return (value >>> 1) * 2.0;
    }

    private boolean readFlag(String key) throws IOException {
        int flag = in.u8(key);
        if (flag > 1) {
            throw in.malformed("gives the flag " + key + " the value " + flag + "; only 0 and 1 are flags");
        }
        return flag == 1;
    }

    private Object readText(String key) throws IOException {
        long length = in.length(key);
        if (length > MAX_HELD_TEXT_BYTES || !affords(1, length)) {
            in.skip(length, key);
            return elided(length, ValueType.UINT8);
        }
        String text = in.text((int) length, key);
        if (!inFull && text.indexOf('\uFFFD') >= 0) {
            findings.add(new Finding(
                    Finding.Kind.IRREGULAR,
                    key,
                    "metadata " + key + " holds bytes that are not UTF-8, shown as U+FFFD"));
        }
        return text;
    }

    private Object readArray(String key, int depth) throws IOException {
        if (depth > MAX_ARRAY_DEPTH) {
            throw in.malformed("nests arrays deeper than " + MAX_ARRAY_DEPTH + " in " + key);
        }
        ValueType type = readValueType(key);
        long count = in.countOf(key, type.leastBytes(), Integer.MAX_VALUE);
        long held = type.isFixed() ? MAX_HELD_NUMBERS : MAX_HELD_TEXTS;
        if ((count > held && !inFull) || !affords(count, 0)) {
            skipItems(type, count, key, depth);
            return elided(count, type);
        }
        List<Object> items = new ArrayList<>((int) count);
        for (long i = 0; i < count; i++) {
            items.add(readValue(type, key, depth));
        }
        return items;
    }

    private void skipItems(ValueType type, long count, String key, int depth) throws IOException {
        switch (type) {
            case STRING -> in.skipStrings(count, key);
            case ARRAY -> {
                for (long i = 0; i < count; i++) {
                    skipArray(key, depth + 1);
                }
            }
            default -> in.skip(count * type.leastBytes(), key);
        }
    }

    private void skipArray(String key, int depth) throws IOException {
        if (depth > MAX_ARRAY_DEPTH) {
            throw in.malformed("nests arrays deeper than " + MAX_ARRAY_DEPTH + " in " + key);
        }
        ValueType type = readValueType(key);
        skipItems(type, in.countOf(key, type.leastBytes(), Integer.MAX_VALUE), key, depth);
    }

    private boolean affords(long items, long bytes) {
        heldBytes += items * ITEM_BYTES + bytes;
        if (heldBytes <= (inFull ? HELD_BYTES_LIMIT_IN_FULL : HELD_BYTES_LIMIT)) {
            return true;
        }
        heldBytes -= items * ITEM_BYTES + bytes;
        return false;
    }

    private static Map<String, Object> elided(long length, ValueType type) {
        return Map.of("elided", length, "type", type.label());
    }

    private void checkArchitecture(Map<String, @Nullable Object> metadata) {
        Object architecture = metadata.get("general.architecture");
        if (architecture != null && !(architecture instanceof String)) {
            throw in.malformed("gives general.architecture as " + architecture + ", not as a text");
        }
    }

    private int alignment(Map<String, @Nullable Object> metadata) {
        Object alignment = metadata.get("general.alignment");
        if (alignment == null) {
            return DEFAULT_ALIGNMENT;
        }
        if (alignment instanceof Long bytes && bytes >= 8 && bytes <= 1 << 30 && Long.bitCount(bytes) == 1) {
            return bytes.intValue();
        }
        throw in.malformed("gives general.alignment as " + alignment + ", which is no power of two from 8 to 2^30");
    }

    private List<TensorInfo> readTensors(long count) throws IOException {
        List<TensorInfo> infos = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (long i = 0; i < count; i++) {
            TensorInfo info = readTensor();
            if (!names.add(info.name())) {
                throw in.malformed("lists the tensor " + info.name() + " twice");
            }
            infos.add(info);
        }
        return infos;
    }

    private TensorInfo readTensor() throws IOException {
        String name = in.name("a tensor name", MAX_NAME_BYTES);
        long rank = in.u32(name);
        if (rank < 1 || rank > MAX_DIMENSIONS) {
            throw in.malformed("gives tensor " + name + " " + rank + " dimensions; 1 to 4 are allowed");
        }
        long[] dimensions = new long[(int) rank];
        for (int i = dimensions.length - 1; i >= 0; i--) {
            dimensions[i] = in.i64(name);
            if (dimensions[i] < 1) {
                throw in.malformed("gives tensor " + name + " the dimension " + Long.toUnsignedString(dimensions[i])
                        + "; from 1 to 2^63-1 are allowed");
            }
        }
        DataType type = GgmlType.require(in.u32(name), source.name(), name);
        return new TensorInfo(name, type, Shape.of(dimensions), in.i64(name));
    }

    /// One entry of the list of tensors, as it stands.
    ///
    /// @param name the tensor's name
    /// @param type how its elements are stored
    /// @param shape its dimensions, slowest first
    /// @param offset from the start of the data; negative where beyond 2^63
    record TensorInfo(String name, DataType type, Shape shape, long offset) {}
}
