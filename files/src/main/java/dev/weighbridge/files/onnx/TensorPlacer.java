package dev.weighbridge.files.onnx;

import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.files.source.Repository;
import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.checkpoint.StoredFile;
import dev.weighbridge.model.checkpoint.StoredTensor;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.model.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Turns the tensors of a graph into stored tensors: checks their lengths, finds their files, tells the parameters.
final class TensorPlacer {
    /// Names that exporters make up for values that had none in the original model.
    private static final Pattern GENERATED =
            Pattern.compile("/.*|onnx::.*|val_\\d+|_?\\d+|ortshared_.*|.*[Cc]onstant.*|.*_output_\\d+.*");

    private final Repository repository;
    private final String folder;
    private final ByteSource source;
    private final List<StoredFile> files = new ArrayList<>();
    private final Map<String, Integer> fileIndexes = new HashMap<>();
    private final List<StoredTensor> tensors = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final List<Finding> findings = new ArrayList<>();
    private long parameterCount;

    /// @param path of the model, which external files are named relative to
    /// @param source the model
    TensorPlacer(Repository repository, String path, ByteSource source) {
        this.repository = repository;
        this.folder = path.substring(0, path.lastIndexOf('/') + 1);
        this.source = source;
        files.add(new StoredFile(path, source.size()));
    }

    /// The model, and the external files that its tensors are in.
    List<StoredFile> files() {
        return files;
    }

    /// Every tensor, in the order of the file.
    List<StoredTensor> tensors() {
        return tensors;
    }

    /// Which of them are no parameters, and what is unusual.
    List<Finding> findings() {
        return findings;
    }

    void placeAll(GraphReader graph) throws IOException {
        for (TensorProto tensor : graph.initializers()) {
            place(tensor, graph.usage());
        }
        for (GraphReader.SparseTensor tensor : graph.sparse()) {
            placeSparse(tensor, graph.usage());
        }
        placeConstants(graph);
        if (graph.hasTrainingInfo()) {
            note(
                    Finding.Kind.NOT_A_PARAMETER,
                    "",
                    source.name() + " carries graphs for training, which are not listed");
        }
    }

    private void place(TensorProto proto, Usage usage) throws IOException {
        if (proto.typeCode() == OnnxType.STRING) {
            note(Finding.Kind.NOT_A_PARAMETER, proto.name(), proto.name() + " holds texts and is not listed");
            return;
        }
        StoredTensor stored = stored(proto);
        Usage.Packed packed = usage.packed(proto.name());
        StoredTensor tensor = packed == null ? stored : unpacked(stored, packed);
        tensors.add(tensor);
        String reason = whyNotAParameter(proto.name(), tensor, usage.of(proto.name()));
        if (reason == null) {
            parameterCount++;
            if (tensor.dataType().kind() == DataType.Kind.INTEGER) {
                String weights = tensor.name() + " holds weights quantized to " + tensor.dataType();
                boolean asStored = tensor.equals(stored);
                String shapes = asStored ? "" : ", in bytes " + stored.shape() + "; listed as " + tensor.shape();
                note(Finding.Kind.PACKED, tensor.name(), weights + shapes);
            }
        } else {
            note(Finding.Kind.NOT_A_PARAMETER, tensor.name(), tensor.name() + " " + reason);
        }
    }

    private static @Nullable String whyNotAParameter(String name, StoredTensor tensor, Set<Usage.Role> roles) {
        if (roles.equals(Set.of(Usage.Role.AUXILIARY))) {
            return "is a scale, a zero point, a table, a statistic or a limit to the operators that take it";
        }
        boolean integer = tensor.dataType().kind() == DataType.Kind.INTEGER;
        if (integer && !isQuantized(tensor, roles)) {
            return "holds integers that no operator takes as weights";
        }
        if (tensor.shape().elements() == 1 && GENERATED.matcher(name).matches()) {
            return "is a single number that the exporter named";
        }
        return null;
    }

    /// Quantised weights have at most eight bits, and quantised biases 32.
    private static boolean isQuantized(StoredTensor tensor, Set<Usage.Role> roles) {
        return switch (tensor.dataType()) {
            case I8, U8, I4, U4, I2, U2 -> roles.contains(Usage.Role.QUANTIZED) || roles.contains(Usage.Role.GATHERED);
            case I32 -> roles.contains(Usage.Role.QUANTIZED);
            default -> false;
        };
    }

    private void placeSparse(GraphReader.SparseTensor sparse, Usage usage) throws IOException {
        String name = sparse.values().name();
        note(Finding.Kind.IRREGULAR, name, name + " is sparse; listed by its stored values and their indices");
        place(sparse.values(), usage);
        TensorProto indices = sparse.indices();
        place(indices.name().isEmpty() ? indices.named(name + ".indices") : indices, usage);
    }

    /// Old exporters keep weights in `Constant` nodes; where there are initializers, constants are part of the
    /// program.
    private void placeConstants(GraphReader graph) throws IOException {
        boolean weights = parameterCount == 0;
        long leftOut = 0;
        for (TensorProto constant : graph.constants()) {
            boolean floating = OnnxType.of(constant.typeCode())
                    .filter(type -> type.kind() == DataType.Kind.FLOAT)
                    .isPresent();
            if (weights && floating && constant.dimensions().stream().anyMatch(size -> size > 1)) {
                place(constant, graph.usage());
            } else {
                leftOut++;
            }
        }
        if (leftOut > 0) {
            note(
                    Finding.Kind.NOT_A_PARAMETER,
                    "",
                    leftOut + " constants of the program are not listed; parameters are initializers");
        }
        if (weights && parameterCount > 0) {
            note(
                    Finding.Kind.ASSUMED,
                    "",
                    parameterCount + " constants are taken for parameters, as there are no initializers");
        }
    }

    private StoredTensor stored(TensorProto proto) throws IOException {
        String name = unique(proto.name().isEmpty() ? "initializer" : proto.name());
        DataType type = OnnxType.of(proto.typeCode())
                .orElseThrow(() -> new UnsupportedException(source.name() + ": tensor " + name + " has the data type "
                        + proto.typeCode() + "; 1 to 28 are known"));
        Shape shape =
                Shape.of(proto.dimensions().stream().mapToLong(Long::longValue).toArray());
        long elements;
        long rawBytes;
        try {
            elements = shape.elements();
            rawBytes = OnnxType.rawBytes(type, elements);
        } catch (ArithmeticException e) {
            throw malformed(name, "of shape " + shape + " is larger than any file");
        }
        if (!proto.external().isEmpty()) {
            return external(name, type, shape, rawBytes, proto.external());
        }
        boolean fits = proto.raw() ? proto.bytes() == rawBytes : fitsTyped(type, elements, proto.bytes());
        if (!fits) {
            throw malformed(
                    name,
                    "of shape " + shape + " has " + proto.bytes() + " bytes of data where " + rawBytes + " are due");
        }
        boolean plain = proto.raw() || type == DataType.F32 || type == DataType.F64;
        if (!plain && type.kind() == DataType.Kind.FLOAT) {
            note(Finding.Kind.IRREGULAR, name, name + " is written as integers, one " + type + " number in each");
        }
        return new StoredTensor(name, type, shape, 0, proto.offset(), proto.bytes());
    }

    /// Typed fields hold floats in full and integers in one to ten bytes each.
    private static boolean fitsTyped(DataType type, long elements, long bytes) {
        return switch (type) {
            case F32, F64, C64, C128 -> bytes / type.blockBytes() == elements;
            default -> bytes >= Math.ceilDiv(elements, (long) type.blockElements()) && bytes / 10 <= elements;
        };
    }

    private StoredTensor external(String name, DataType type, Shape shape, long rawBytes, Map<String, String> external)
            throws IOException {
        String location = external.getOrDefault("location", "");
        if (!isInside(location)) {
            throw malformed(name, "names the external file \"" + location + "\", which is no path beside the model");
        }
        long offset = number(name, "offset", external, 0);
        long bytes = number(name, "length", external, rawBytes);
        int file = fileIndex(location);
        long fileBytes = files.get(file).bytes();
        if (bytes != rawBytes) {
            throw malformed(
                    name, "of shape " + shape + " has " + bytes + " bytes of data where " + rawBytes + " are due");
        }
        if (fileBytes > 0 && (offset > fileBytes || bytes > fileBytes - offset)) {
            throw malformed(
                    name,
                    "of " + bytes + " bytes at byte " + offset + " reaches beyond " + location + " of " + fileBytes
                            + " bytes");
        }
        return new StoredTensor(name, type, shape, file, offset, bytes);
    }

    private long number(String name, String key, Map<String, String> external, long fallback) {
        String text = external.get(key);
        if (text == null) {
            return fallback;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw malformed(name, "gives the " + key + " of its data as \"" + text + "\"");
        }
        throw malformed(name, "gives the " + key + " of its data as \"" + text + "\"");
    }

    private static boolean isInside(String location) {
        return !location.isEmpty()
                && location.charAt(0) != '/'
                && location.indexOf('\\') < 0
                && location.indexOf(':') < 0
                && location.indexOf('\0') < 0
                && !("/" + location + "/").contains("/../");
    }

    private int fileIndex(String location) throws IOException {
        Integer known = fileIndexes.get(location);
        if (known != null) {
            return known;
        }
        String path = folder + location;
        Optional<Repository.Entry> entry = repository.find(path.startsWith("./") ? path.substring(2) : path);
        if (entry.isEmpty()) {
            note(
                    Finding.Kind.IRREGULAR,
                    "",
                    "the external data file " + path + " is missing; its tensors are listed all the same");
        }
        files.add(new StoredFile(path, entry.map(Repository.Entry::bytes).orElse(0L)));
        fileIndexes.put(location, files.size() - 1);
        return files.size() - 1;
    }

    /// Weights that an operator keeps packed in bytes, with the type and the shape that they have unpacked.
    private static StoredTensor unpacked(StoredTensor stored, Usage.Packed packed) {
        if (stored.dataType() != DataType.U8 && stored.dataType() != DataType.I8) {
            return stored;
        }
        long perByte = Byte.SIZE / packed.bits();
        long capacity = Math.multiplyExact(stored.bytes(), perByte);
        Shape shape = logicalShape(stored.shape(), packed, perByte, capacity);
        if (shape == null || perByte == 1) {
            return stored;
        }
        boolean signed = stored.dataType() == DataType.I8;
        DataType type =
                packed.bits() == 4 ? (signed ? DataType.I4 : DataType.U4) : (signed ? DataType.I2 : DataType.U2);
        return new StoredTensor(stored.name(), type, shape, stored.file(), stored.offset(), stored.bytes());
    }

    private static @Nullable Shape logicalShape(Shape stored, Usage.Packed packed, long perByte, long capacity) {
        if (packed.rows() > 0 && packed.columns() > 0) {
            boolean fits = capacity % packed.rows() == 0 && capacity / packed.rows() >= packed.columns();
            return fits ? Shape.of(packed.rows(), packed.columns()) : null;
        }
        if (stored.rank() == 0) {
            return null;
        }
        long[] dimensions = stored.toArray();
        dimensions[dimensions.length - 1] = Math.multiplyExact(dimensions[dimensions.length - 1], perByte);
        return Shape.of(dimensions);
    }

    private String unique(String name) {
        String unique = name;
        for (int i = 2; !names.add(unique); i++) {
            unique = name + "#" + i;
        }
        return unique;
    }

    private MalformedException malformed(String tensor, String what) {
        return new MalformedException(source.name() + ": tensor " + tensor + " " + what);
    }

    private void note(Finding.Kind kind, String tensor, String message) {
        findings.add(new Finding(kind, tensor, message));
    }
}
