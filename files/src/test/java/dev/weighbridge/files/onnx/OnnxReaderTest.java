package dev.weighbridge.files.onnx;

import static dev.weighbridge.files.onnx.ProtoWriter.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.weighbridge.files.MemoryRepository;
import dev.weighbridge.files.Shared;
import dev.weighbridge.files.source.LocalRepository;
import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.checkpoint.Format;
import dev.weighbridge.model.checkpoint.StoredFile;
import dev.weighbridge.model.checkpoint.StoredTensor;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.error.WeighException;
import dev.weighbridge.model.packing.LogicalTensor;
import dev.weighbridge.model.packing.Unpacking;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.model.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxReaderTest {
    private static final int FLOAT = 1;
    private static final int UINT8 = 2;
    private static final int INT8 = 3;
    private static final int INT32 = 6;
    private static final int INT64 = 7;

    private static ProtoWriter tensor(String name, int type, long... dimensions) {
        ProtoWriter tensor = message();
        for (long dimension : dimensions) {
            tensor.integer(1, dimension);
        }
        return tensor.integer(2, type).text(8, name);
    }

    private static ProtoWriter floats(String name, int... dimensions) {
        int elements = Arrays.stream(dimensions).reduce(1, (a, b) -> a * b);
        return tensor(name, FLOAT, Arrays.stream(dimensions).asLongStream().toArray())
                .bytes(9, new byte[4 * elements]);
    }

    private static ProtoWriter bytes(String name, int type, int... dimensions) {
        int elements = Arrays.stream(dimensions).reduce(1, (a, b) -> a * b);
        return tensor(name, type, Arrays.stream(dimensions).asLongStream().toArray())
                .bytes(9, new byte[elements]);
    }

    private static ProtoWriter node(String domain, String operator, String... inputs) {
        ProtoWriter node = message();
        for (String input : inputs) {
            node.text(1, input);
        }
        return node.text(2, "out").text(4, operator).text(7, domain);
    }

    private static ProtoWriter integerAttribute(String name, long value) {
        return message().text(1, name).integer(3, value).integer(20, 2);
    }

    private static byte[] model(ProtoWriter graph) {
        return message()
                .integer(1, 8)
                .text(2, "a test")
                .message(7, graph)
                .message(8, message().integer(2, 17))
                .toByteArray();
    }

    private static Checkpoint read(byte[] file) throws IOException {
        return OnnxReader.read(new MemoryRepository().with("m.onnx", file), "m.onnx");
    }

    private static Set<String> notParameters(Checkpoint checkpoint) {
        return checkpoint.findings().stream()
                .filter(finding -> finding.kind() == Finding.Kind.NOT_A_PARAMETER)
                .map(Finding::tensor)
                .collect(Collectors.toSet());
    }

    @Test
    void listsInitializersWithTheirPlaces() throws IOException {
        byte[] file = model(message().text(2, "g").message(5, floats("w", 3, 4)).message(5, floats("b", 4)));

        Checkpoint checkpoint = read(file);

        assertThat(checkpoint.format()).isEqualTo(Format.ONNX);
        assertThat(checkpoint.tensors())
                .extracting(StoredTensor::name, StoredTensor::dataType, StoredTensor::shape, StoredTensor::bytes)
                .containsExactly(
                        tuple("w", DataType.F32, Shape.of(3, 4), 48L), tuple("b", DataType.F32, Shape.of(4), 16L));
        StoredTensor last = checkpoint.tensors().get(1);
        assertThat(last.offset() + last.bytes()).isEqualTo(file.length - 4);
        assertThat(checkpoint.findings()).isEmpty();
        assertThat(checkpoint.metadata().text("producer_name")).isEqualTo("a test");
        assertThat(checkpoint.metadata().part("opset_import").integer("ai.onnx"))
                .isEqualTo(17);
    }

    @Test
    void countsTheParametersOfARealModel() throws IOException {
        Path path = Shared.path("data/models/tiny-random-gpt2-onnx/past.onnx");

        Checkpoint checkpoint = OnnxReader.read(LocalRepository.of(path), "past.onnx");

        // parameters_in_initializers of the model's expected.json
        assertThat(checkpoint.tensors().stream()
                        .mapToLong(tensor -> tensor.shape().elements())
                        .sum())
                .isEqualTo(142_112);
        assertThat(notParameters(checkpoint)).isEmpty();
    }

    @Test
    void skipsTheWeights() throws IOException {
        byte[] file = model(message().message(5, floats("w", 1000, 1000)).message(5, floats("b", 1000)));

        Checkpoint checkpoint = read(file);

        assertThat(checkpoint.tensors()).hasSize(2);
        assertThat(checkpoint.bytesRead()).isLessThan(100_000);
    }

    @Test
    void readsPackedDimensions() throws IOException {
        ProtoWriter tensor = message()
                .bytes(1, message().raw(0xAC, 0x02, 0x03).toByteArray())
                .integer(2, FLOAT)
                .text(8, "w")
                .bytes(9, new byte[3600]);

        assertThat(read(model(message().message(5, tensor))).tensors())
                .extracting(StoredTensor::shape)
                .containsExactly(Shape.of(300, 3));
    }

    @ParameterizedTest
    @CsvSource({
        "1, F32, 60",
        "2, U8, 15",
        "3, I8, 15",
        "4, U16, 30",
        "5, I16, 30",
        "6, I32, 60",
        "7, I64, 120",
        "9, BOOL, 15",
        "10, F16, 30",
        "11, F64, 120",
        "12, U32, 60",
        "13, U64, 120",
        "14, C64, 120",
        "15, C128, 240",
        "16, BF16, 30",
        "17, F8_E4M3, 15",
        "18, F8_E4M3FNUZ, 15",
        "19, F8_E5M2, 15",
        "20, F8_E5M2FNUZ, 15",
        "21, U4, 8",
        "22, I4, 8",
        "23, F4, 8",
        "24, F8_E8M0, 15",
        "25, U2, 4",
        "26, I2, 4",
        "27, F6_E2M3, 12",
        "28, F6_E3M2, 12"
    })
    void knowsEveryDataType(int code, DataType type, int bytes) throws IOException {
        // Lengths as onnx 1.23.1 writes them for 3×5 elements.
        byte[] file = model(message().message(5, tensor("w", code, 3, 5).bytes(9, new byte[bytes])));

        assertThat(read(file).tensors())
                .extracting(StoredTensor::dataType, StoredTensor::bytes)
                .containsExactly(tuple(type, (long) bytes));
    }

    @Test
    void tellsParametersFromShapesScalesAndTables() throws IOException {
        byte[] file = model(message()
                .message(1, node("", "DequantizeLinear", "weight", "scale", "zero"))
                .message(1, node("", "DequantizeLinear", "bias", "scale"))
                .message(1, node("", "Gather", "embedding", "ids"))
                .message(1, node("", "Gather", "lengths", "ids"))
                .message(1, node("", "Reshape", "x", "shape"))
                .message(1, node("", "Cast", "mask"))
                .message(1, node("", "BatchNormalization", "x", "gamma", "beta", "mean", "variance"))
                .message(1, node("com.microsoft", "RotaryEmbedding", "x", "ids", "cos", "sin"))
                .message(1, node("", "Mul", "x", "onnx::Mul_12"))
                .message(1, node("", "Mul", "x", "logit_scale"))
                .message(5, bytes("weight", UINT8, 8, 4))
                .message(5, floats("scale"))
                .message(5, bytes("zero", UINT8))
                .message(5, tensor("bias", INT32, 4).bytes(9, new byte[16]))
                .message(5, bytes("embedding", INT8, 10, 4))
                .message(5, tensor("lengths", INT64, 3).bytes(9, new byte[24]))
                .message(5, tensor("shape", INT64, 2).bytes(9, new byte[16]))
                .message(5, bytes("mask", UINT8, 1, 1, 8, 8))
                .message(5, floats("gamma", 4))
                .message(5, floats("beta", 4))
                .message(5, floats("mean", 4))
                .message(5, floats("variance", 4))
                .message(5, floats("cos", 16, 4))
                .message(5, floats("sin", 16, 4))
                .message(5, floats("onnx::Mul_12"))
                .message(5, floats("logit_scale")));

        Checkpoint checkpoint = read(file);

        assertThat(checkpoint.tensors()).hasSize(16);
        assertThat(notParameters(checkpoint))
                .containsExactlyInAnyOrder(
                        "scale", "zero", "lengths", "shape", "mask", "mean", "variance", "cos", "sin", "onnx::Mul_12");
        assertThat(Unpacking.of(checkpoint).tensors())
                .extracting(LogicalTensor::name, LogicalTensor::storageType)
                .containsExactly(
                        tuple("weight", "ONNX-8"),
                        tuple("bias", "ONNX-32"),
                        tuple("embedding", "ONNX-8"),
                        tuple("gamma", "F32"),
                        tuple("beta", "F32"),
                        tuple("logit_scale", "F32"));
    }

    @Test
    void unpacksFourBitWeights() throws IOException {
        ProtoWriter node = node("com.microsoft", "MatMulNBits", "x", "w", "scales", "zeros")
                .message(5, integerAttribute("K", 50))
                .message(5, integerAttribute("N", 128))
                .message(5, integerAttribute("bits", 4));
        byte[] file = model(message()
                .message(1, node)
                .message(5, bytes("w", UINT8, 128, 2, 16))
                .message(5, floats("scales", 256))
                .message(5, bytes("zeros", UINT8, 128)));

        Checkpoint checkpoint = read(file);

        assertThat(checkpoint.tensors().getFirst())
                .extracting(StoredTensor::dataType, StoredTensor::shape, StoredTensor::bytes)
                .containsExactly(DataType.U4, Shape.of(128, 50), 4096L);
        assertThat(checkpoint.findings())
                .contains(new Finding(
                        Finding.Kind.PACKED,
                        "w",
                        "w holds weights quantized to U4, in bytes [128, 2, 16]; listed as [128, 50]"));
        assertThat(notParameters(checkpoint)).containsExactlyInAnyOrder("scales", "zeros");
    }

    @Test
    void readsSubgraphsAndKeepsEqualNamesApart() throws IOException {
        ProtoWriter branch = message().message(5, floats("w", 3, 3));
        ProtoWriter node = node("", "If", "condition")
                .message(5, message().text(1, "then_branch").message(6, branch))
                .message(5, message().text(1, "else_branch").message(6, branch));

        assertThat(read(model(message().message(1, node))).tensors())
                .extracting(StoredTensor::name)
                .containsExactly("w", "w#2");
    }

    @Test
    void leavesConstantsOutWhereThereAreInitializers() throws IOException {
        ProtoWriter constant =
                message().text(2, "c").text(4, "Constant").message(5, message().message(5, floats("", 2, 2)));

        Checkpoint beside = read(model(message().message(1, constant).message(5, floats("w", 3))));
        Checkpoint alone = read(model(message().message(1, constant)));

        assertThat(beside.tensors()).extracting(StoredTensor::name).containsExactly("w");
        assertThat(beside.findings())
                .extracting(Finding::message)
                .containsExactly("1 constants of the program are not listed; parameters are initializers");
        assertThat(alone.tensors()).extracting(StoredTensor::name).containsExactly("c");
        assertThat(alone.findings()).extracting(Finding::kind).containsExactly(Finding.Kind.ASSUMED);
    }

    @Test
    void listsASparseTensorByItsValues() throws IOException {
        ProtoWriter sparse = message()
                .message(1, floats("s", 3))
                .message(2, tensor("", INT64, 3).bytes(9, new byte[24]))
                .integer(3, 100);

        Checkpoint checkpoint = read(model(message().message(15, sparse)));

        assertThat(checkpoint.tensors()).extracting(StoredTensor::name).containsExactly("s", "s.indices");
        assertThat(notParameters(checkpoint)).containsExactly("s.indices");
    }

    private static ProtoWriter external(String location, String offset, String length, long... dimensions) {
        return tensor("w", FLOAT, dimensions)
                .message(13, message().text(1, "location").text(2, location))
                .message(13, message().text(1, "offset").text(2, offset))
                .message(13, message().text(1, "length").text(2, length))
                .integer(14, 1);
    }

    @Test
    void placesExternalDataInItsFile() throws IOException {
        byte[] file = model(message().message(5, external("m.onnx_data", "64", "48", 3, 4)));
        MemoryRepository repository =
                new MemoryRepository().with("onnx/m.onnx", file).with("onnx/m.onnx_data", new byte[112]);

        Checkpoint checkpoint = OnnxReader.read(repository, "onnx/m.onnx");

        assertThat(checkpoint.files())
                .containsExactly(new StoredFile("onnx/m.onnx", file.length), new StoredFile("onnx/m.onnx_data", 112));
        assertThat(checkpoint.tensors())
                .containsExactly(new StoredTensor("w", DataType.F32, Shape.of(3, 4), 1, 64, 48));
    }

    @Test
    void countsOnWhereTheExternalFileIsMissing() throws IOException {
        Checkpoint checkpoint = read(model(message().message(5, external("m.onnx_data", "64", "48", 3, 4))));

        assertThat(checkpoint.tensors()).hasSize(1);
        assertThat(checkpoint.findings())
                .extracting(Finding::message)
                .containsExactly("the external data file m.onnx_data is missing; its tensors are listed all the same");
    }

    @Test
    void refusesExternalDataBeyondItsFile() {
        byte[] file = model(message().message(5, external("d", "80", "48", 3, 4)));
        MemoryRepository repository =
                new MemoryRepository().with("m.onnx", file).with("d", new byte[112]);

        assertThatThrownBy(() -> OnnxReader.read(repository, "m.onnx"))
                .isInstanceOf(MalformedException.class)
                .hasMessage("m.onnx: tensor w of 48 bytes at byte 80 reaches beyond d of 112 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../d", "/etc/passwd", "a/../../d", "", "C:\\d", "a\0b"})
    void refusesAnExternalFileElsewhere(String location) {
        byte[] file = model(message().message(5, external(location, "0", "48", 3, 4)));

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("which is no path beside the model");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "many", "99999999999999999999"})
    void refusesAnExternalOffsetThatIsNone(String offset) {
        byte[] file = model(message().message(5, external("d", offset, "48", 3, 4)));

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(MalformedException.class)
                .hasMessage("m.onnx: tensor w gives the offset of its data as \"" + offset + "\"");
    }

    @Test
    void refusesDataThatDoesNotFitTheShape() {
        byte[] file = model(message().message(5, tensor("w", FLOAT, 3, 4).bytes(9, new byte[47])));

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(MalformedException.class)
                .hasMessage("m.onnx: tensor w of shape [3, 4] has 47 bytes of data where 48 are due");
    }

    @Test
    void refusesAShapeBeyondAnyFile() {
        byte[] file = model(message().message(5, tensor("w", FLOAT, 1L << 32, 1L << 32)));

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(MalformedException.class)
                .hasMessage("m.onnx: tensor w of shape [4294967296, 4294967296] is larger than any file");
    }

    @Test
    void refusesANegativeDimension() {
        byte[] file = model(message().message(5, tensor("w", FLOAT, -1)));

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("negative dimension");
    }

    @Test
    void refusesAnUnknownDataType() {
        byte[] file = model(message().message(5, tensor("w", 99, 1)));

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(UnsupportedException.class)
                .hasMessage("m.onnx: tensor w has the data type 99; 1 to 28 are known");
    }

    @Test
    void refusesAFieldLongerThanItsMessage() {
        byte[] file = message().integer(1, 8).header(7, 1L << 40).toByteArray();

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(MalformedException.class)
                .hasMessage("m.onnx, byte 9: field 7 of 1099511627776 bytes where 0 are left");
    }

    @Test
    void refusesGraphsThatAreNestedTooDeep() {
        ProtoWriter graph = message();
        for (int i = 0; i < 60; i++) {
            graph = message().message(1, message().message(5, message().message(6, graph)));
        }
        byte[] file = model(graph);

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("messages are nested more than 100 deep");
    }

    @Test
    void refusesAGroupAndAnEndlessInteger() {
        assertThatThrownBy(() -> read(message().raw(0x0B).toByteArray()))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("wire type 3");
        assertThatThrownBy(() -> read(message()
                        .raw(8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1)
                        .toByteArray()))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("more than ten bytes");
    }

    @Test
    void refusesEveryTruncation() {
        byte[] file = model(message()
                .message(1, node("", "Gemm", "x", "w", "b"))
                .message(5, floats("w", 3, 4))
                .message(5, floats("b", 4)));

        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> read(cut)).as("cut at %d", length).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void survivesEveryChangedByte() {
        long seed = 20260104;
        Random random = new Random(seed);
        byte[] file = model(message()
                .message(1, node("com.microsoft", "MatMulNBits", "x", "w", "b").message(5, integerAttribute("N", 3)))
                .message(5, external("d", "0", "48", 3, 4))
                .message(5, bytes("w", UINT8, 3, 4))
                .message(15, message().message(1, floats("s", 3)).message(2, bytes("i", INT8, 3))));
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < file.length; i++) {
                byte[] changed = file.clone();
                changed[i] = (byte) random.nextInt();
                assertThatCode(() -> {
                            try {
                                read(changed);
                            } catch (WeighException e) {
                                assertThat(e).hasMessageContaining("m.onnx");
                            }
                        })
                        .as("seed %d, byte %d", seed, i)
                        .doesNotThrowAnyException();
            }
        }
    }

    @Test
    void readsUnpackedTypedData() throws IOException {
        ProtoWriter tensor = tensor("w", 10, 3);
        for (int value : List.of(15360, 0, 1)) {
            tensor.integer(5, value);
        }

        Checkpoint checkpoint = read(model(message().message(5, tensor)));

        assertThat(checkpoint.tensors()).extracting(StoredTensor::bytes).containsExactly(4L);
        assertThat(checkpoint.findings())
                .extracting(Finding::message)
                .containsExactly("w is written as integers, one F16 number in each");
    }
}
