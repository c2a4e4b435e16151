package dev.weighbridge.files.onnx;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A tensor's header, with the place of its data.
///
/// @param name its name; empty for a constant's
/// @param typeCode as `TensorProto.DataType` counts
/// @param dimensions slowest first
/// @param raw whether the data is `raw_data`, in the type's own layout; else it is in one of the typed fields
/// @param offset first byte of the data in this file
/// @param bytes length of the data in this file
/// @param external key and value pairs that place the data in another file; empty where it is in this one
record TensorProto(
        String name,
        long typeCode,
        List<Long> dimensions,
        boolean raw,
        long offset,
        long bytes,
        Map<String, String> external) {
    private static final int MAX_RANK = 64;

    /// Reads the message that `in` stands at.
    static TensorProto read(WireReader in) throws IOException {
        String name = "";
        long typeCode = 0;
        List<Long> dimensions = new ArrayList<>(4);
        boolean raw = false;
        long offset = -1;
        long bytes = 0;
        boolean isExternal = false;
        Map<String, String> external = new LinkedHashMap<>();
        in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> readDimensions(in, dimensions);
                case 2 -> typeCode = in.integer();
                case 4, 5, 6, 7, 10, 11 -> {
                    offset = offset < 0 ? in.position() : offset;
                    bytes += in.length();
                }
                case 8 -> name = in.text();
                case 9 -> {
                    raw = true;
                    offset = in.position();
                    bytes = in.length();
                }
                case 13 -> readPair(in, external);
                case 14 -> isExternal = in.integer() == 1;
                default -> {}
            }
        }
        in.keep(100);
        return new TensorProto(
                name, typeCode, dimensions, raw, Math.max(offset, 0), bytes, isExternal ? external : Map.of());
    }

    /// This tensor under another name.
    TensorProto named(String name) {
        return new TensorProto(name, typeCode, dimensions, raw, offset, bytes, external);
    }

    private static void readDimensions(WireReader in, List<Long> dimensions) throws IOException {
        if (!in.hasLength()) {
            add(in, dimensions, in.integer());
            return;
        }
        while (in.hasPacked()) {
            add(in, dimensions, in.packed());
        }
    }

    private static void add(WireReader in, List<Long> dimensions, long dimension) {
        if (dimension < 0 || dimensions.size() == MAX_RANK) {
            throw in.malformed("a tensor with a negative dimension or more than " + MAX_RANK + " of them");
        }
        dimensions.add(dimension);
    }

    /// `StringStringEntryProto`.
    static void readPair(WireReader in, Map<String, String> pairs) throws IOException {
        String key = "";
        String value = "";
        in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> key = in.text();
                case 2 -> value = in.text();
                default -> {}
            }
        }
        pairs.put(key, value);
    }
}
