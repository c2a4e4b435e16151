package dev.weighbridge.files.safetensors;

import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.checkpoint.StoredTensor;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.model.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the header of one file. The order of checks is that of the reference crate's `read_metadata` and `validate`:
/// length, bound, parse, checked arithmetic, no holes, no overlap.
final class HeaderReader {
    /// `MAX_HEADER_SIZE` of the reference crate.
    private static final int MAX_HEADER_BYTES = 100_000_000;

    private static final int LENGTH_BYTES = 8;
    private static final int FIRST_READ_BYTES = 1 << 16;
    private static final int MAX_TENSORS = 1_000_000;
    private static final int MAX_METADATA = 100_000;
    private static final int MAX_RANK = 64;

    private final ByteSource source;
    private final List<Finding> findings = new ArrayList<>();
    private final List<StoredTensor> tensors = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final long[] dimensions = new long[MAX_RANK];
    private @Nullable Map<String, @Nullable Object> metadata;
    private long dataStart;

    HeaderReader(ByteSource source) {
        this.source = source;
    }

    SafetensorsHeader read() throws IOException {
        if (source.size() < LENGTH_BYTES) {
            throw malformed("is shorter than the 8 bytes of a header length");
        }
        byte[] first = new byte[(int) Math.min(source.size(), FIRST_READ_BYTES)];
        source.readFully(0, ByteBuffer.wrap(first));
        int length = headerLength(first);
        dataStart = (long) LENGTH_BYTES + length;
        byte[] header = first;
        if (dataStart > first.length) {
            header = Arrays.copyOf(first, (int) dataStart);
            source.readFully(first.length, ByteBuffer.wrap(header, first.length, header.length - first.length));
        }
        readHeader(header, length);
        checkLayout();
        return new SafetensorsHeader(metadata == null ? Config.EMPTY : Config.of(metadata), tensors, length, findings);
    }

    private int headerLength(byte[] first) {
        long length = 0;
        for (int i = LENGTH_BYTES - 1; i >= 0; i--) {
            length = (length << 8) | (first[i] & 0xff);
        }
        if (length < 0 || length > MAX_HEADER_BYTES) {
            throw malformed("claims a header of " + Long.toUnsignedString(length) + " bytes; at most "
                    + MAX_HEADER_BYTES + " are allowed");
        }
        if (length > source.size() - LENGTH_BYTES) {
            throw malformed("claims a header of " + length + " bytes, but ends after " + (source.size() - LENGTH_BYTES)
                    + " of them");
        }
        return (int) length;
    }

    private void readHeader(byte[] bytes, int length) {
        if (length == 0 || bytes[LENGTH_BYTES] != '{') {
            throw malformed("has a header that does not begin with '{'");
        }
        JsonReader json = new JsonReader(source.name(), bytes, LENGTH_BYTES, length, JsonReader.Dialect.STRICT);
        json.beginObject();
        while (json.hasNext()) {
            String name = json.name();
            if (name.equals("__metadata__")) {
                readMetadata(json);
            } else {
                readTensor(name, json);
            }
        }
        json.endDocument();
    }

    private void readMetadata(JsonReader json) {
        if (metadata != null) {
            throw json.malformed("holds __metadata__ twice");
        }
        Map<String, @Nullable Object> texts = new LinkedHashMap<>();
        json.beginObject();
        while (json.hasNext()) {
            String key = json.name();
            if (texts.put(key, json.text()) != null) {
                findings.add(new Finding(
                        Finding.Kind.IRREGULAR, key, source.name() + " holds " + key + " twice in __metadata__"));
            }
            if (texts.size() > MAX_METADATA) {
                throw json.malformed("holds more than " + MAX_METADATA + " entries of __metadata__");
            }
        }
        metadata = texts;
    }

    private void readTensor(String name, JsonReader json) {
        if (!names.add(name)) {
            throw malformed("lists the tensor " + name + " twice");
        }
        if (tensors.size() == MAX_TENSORS) {
            throw malformed("lists more than " + MAX_TENSORS + " tensors");
        }
        DataType type = null;
        Shape shape = null;
        long begin = -1;
        long end = -1;
        json.beginObject();
        while (json.hasNext()) {
            String field = json.name();
            boolean isRepeated = switch (field) {
                case "dtype" -> {
                    boolean repeated = type != null;
                    type = dataType(name, json.text());
                    yield repeated;
                }
                case "shape" -> {
                    boolean repeated = shape != null;
                    shape = readShape(name, json);
                    yield repeated;
                }
                case "data_offsets" -> {
                    boolean repeated = begin >= 0;
                    json.beginArray();
                    begin = readOffset(json);
                    end = readOffset(json);
                    if (json.hasNext()) {
                        throw refused(name, "has more than two data_offsets");
                    }
                    yield repeated;
                }
                default -> {
                    json.value();
                    yield false;
                }
            };
            if (isRepeated) {
                throw refused(name, "gives " + field + " twice");
            }
        }
        if (type == null || shape == null || begin < 0) {
            throw refused(name, "has no " + (type == null ? "dtype" : shape == null ? "shape" : "data_offsets"));
        }
        if (end < begin) {
            throw refused(name, "ends at " + end + ", before its begin at " + begin);
        }
        if (end > source.size() - dataStart) {
            throw refused(
                    name,
                    "ends at byte " + end + " of the data, but the file ends at byte " + (source.size() - dataStart)
                            + " of it (is it cut short?)");
        }
        checkSize(name, type, shape, end - begin);
        tensors.add(new StoredTensor(name, type, shape, 0, dataStart + begin, end - begin));
    }

    private static long readOffset(JsonReader json) {
        if (!json.hasNext()) {
            throw json.malformed("has fewer than two data_offsets");
        }
        return json.unsigned();
    }

    private Shape readShape(String name, JsonReader json) {
        int rank = 0;
        json.beginArray();
        while (json.hasNext()) {
            if (rank == MAX_RANK) {
                throw refused(name, "has more than " + MAX_RANK + " dimensions");
            }
            dimensions[rank++] = json.unsigned();
        }
        return Shape.of(Arrays.copyOf(dimensions, rank));
    }

    private void checkSize(String name, DataType type, Shape shape, long bytes) {
        long elements;
        long needed;
        try {
            elements = shape.elements();
            needed = elements % type.blockElements() == 0 ? type.bytes(elements) : -1;
        } catch (ArithmeticException e) {
            throw refused(name, "of shape " + shape + " takes more than 2^63 bytes");
        }
        if (needed < 0) {
            throw refused(name, "has " + elements + " elements of " + type + ", which do not end at a whole byte");
        }
        if (needed != bytes) {
            throw refused(
                    name,
                    "of shape " + shape + " and type " + type + " takes " + needed + " bytes, but is given " + bytes);
        }
    }

    private void checkLayout() {
        List<StoredTensor> byOffset = tensors;
        if (!isAscending(tensors)) {
            byOffset = new ArrayList<>(tensors);
            byOffset.sort(Comparator.comparingLong(StoredTensor::offset).thenComparingLong(StoredTensor::bytes));
        }
        long end = dataStart;
        for (StoredTensor tensor : byOffset) {
            if (tensor.offset() != end) {
                throw refused(
                        tensor.name(),
                        tensor.offset() < end
                                ? "overlaps the tensor before it"
                                : "leaves " + (tensor.offset() - end) + " bytes before it that belong to no tensor");
            }
            end += tensor.bytes();
        }
        if (end != source.size()) {
            throw malformed("ends with " + (source.size() - end) + " bytes that belong to no tensor");
        }
    }

    private static boolean isAscending(List<StoredTensor> tensors) {
        for (int i = 1; i < tensors.size(); i++) {
            if (tensors.get(i).offset() <= tensors.get(i - 1).offset()) {
                return false;
            }
        }
        return true;
    }

    private DataType dataType(String name, String dtype) {
        return switch (dtype) {
            case "BOOL" -> DataType.BOOL;
            case "F4" -> DataType.F4;
            case "F6_E2M3" -> DataType.F6_E2M3;
            case "F6_E3M2" -> DataType.F6_E3M2;
            case "U8" -> DataType.U8;
            case "I8" -> DataType.I8;
            case "F8_E5M2" -> DataType.F8_E5M2;
            case "F8_E4M3" -> DataType.F8_E4M3;
            case "F8_E8M0" -> DataType.F8_E8M0;
            case "F8_E4M3FNUZ" -> DataType.F8_E4M3FNUZ;
            case "F8_E5M2FNUZ" -> DataType.F8_E5M2FNUZ;
            case "I16" -> DataType.I16;
            case "U16" -> DataType.U16;
            case "F16" -> DataType.F16;
            case "BF16" -> DataType.BF16;
            case "I32" -> DataType.I32;
            case "U32" -> DataType.U32;
            case "F32" -> DataType.F32;
            case "C64" -> DataType.C64;
            case "F64" -> DataType.F64;
            case "I64" -> DataType.I64;
            case "U64" -> DataType.U64;
            default ->
                throw new UnsupportedException(source.name() + ": tensor " + name + " has the unknown dtype \""
                        + (dtype.length() > 40 ? dtype.substring(0, 40) + "..." : dtype)
                        + "\"; known are F64 F32 F16 BF16 F8_* F6_* F4 C64 I8-I64 U8-U64 BOOL");
        };
    }

    private MalformedException refused(String tensor, String what) {
        return malformed(": tensor " + tensor + " " + what);
    }

    private MalformedException malformed(String what) {
        return new MalformedException(source.name() + (what.startsWith(":") ? what : " " + what));
    }
}
