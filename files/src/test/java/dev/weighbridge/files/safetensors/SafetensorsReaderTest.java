package dev.weighbridge.files.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.files.MemoryRepository;
import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.checkpoint.StoredTensor;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.NotFoundException;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.error.WeighException;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.model.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsReaderTest {
    private static byte[] file(String header, int dataBytes) {
        return file(header.getBytes(StandardCharsets.UTF_8), dataBytes);
    }

    private static byte[] file(byte[] header, int dataBytes) {
        return ByteBuffer.allocate(8 + header.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }

    private static SafetensorsHeader read(String header, int dataBytes) throws IOException {
        return SafetensorsReader.readHeader(MemoryRepository.source("m.safetensors", file(header, dataBytes)));
    }

    private static String tensor(String name, String type, String shape, long begin, long end) {
        return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                .formatted(name, type, shape, begin, end);
    }

    private static void refuses(String header, int dataBytes, String message) {
        assertThatThrownBy(() -> read(header, dataBytes))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("m.safetensors")
                .hasMessageContaining(message);
    }

    @Test
    void readsTensorsAndMetadata() throws IOException {
        String header = "{\"__metadata__\":{\"format\":\"pt\"}," + tensor("a", "F32", "[2,3]", 0, 24) + ","
                + tensor("b.ü", "BF16", "[]", 24, 26) + "}   ";

        SafetensorsHeader read = read(header, 26);

        long data = 8L + header.getBytes(StandardCharsets.UTF_8).length;
        assertThat(read.metadata().text("format")).isEqualTo("pt");
        assertThat(read.tensors())
                .containsExactly(
                        new StoredTensor("a", DataType.F32, Shape.of(2, 3), 0, data, 24),
                        new StoredTensor("b.ü", DataType.BF16, Shape.of(), 0, data + 24, 2));
        assertThat(read.headerBytes()).isEqualTo(data - 8);
    }

    @Test
    void readsAFileWithoutTensors() throws IOException {
        assertThat(read("{}", 0).tensors()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "F64,8",
        "F32,4",
        "F16,2",
        "BF16,2",
        "F8_E4M3,1",
        "F8_E5M2,1",
        "F8_E4M3FNUZ,1",
        "F8_E5M2FNUZ,1",
        "F8_E8M0,1",
        "C64,8",
        "I64,8",
        "I32,4",
        "I16,2",
        "I8,1",
        "U64,8",
        "U32,4",
        "U16,2",
        "U8,1",
        "BOOL,1"
    })
    void readsEveryTypeOfWholeBytes(String type, int bytes) throws IOException {
        assertThat(read("{" + tensor("a", type, "[3]", 0, 3L * bytes) + "}", 3 * bytes)
                        .tensors())
                .extracting(StoredTensor::dataType)
                .containsExactly(DataType.valueOf(type));
    }

    @ParameterizedTest
    @CsvSource({"F4,6,3", "F6_E2M3,8,6", "F6_E3M2,4,3"})
    void readsTypesBelowAByte(String type, int elements, int bytes) throws IOException {
        assertThat(read("{" + tensor("a", type, "[" + elements + "]", 0, bytes) + "}", bytes)
                        .tensors()
                        .getFirst()
                        .bytes())
                .isEqualTo(bytes);
    }

    @Test
    void refusesHalfABytesEnd() {
        refuses("{" + tensor("a", "F4", "[3]", 0, 2) + "}", 2, "whole byte");
    }

    @Test
    void refusesAnUnknownType() {
        assertThatThrownBy(() -> read("{" + tensor("a", "Q4_0", "[32]", 0, 18) + "}", 18))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("Q4_0");
    }

    @Test
    void refusesHolesOverlapsAndLooseEnds() {
        String a = tensor("a", "F32", "[2]", 0, 8);
        refuses("{" + a + "," + tensor("b", "F32", "[2]", 16, 24) + "}", 24, "tensor b leaves 8 bytes");
        refuses("{" + a + "," + tensor("b", "F32", "[2]", 4, 12) + "}", 12, "tensor b overlaps");
        refuses("{" + a + "}", 9, "1 bytes that belong to no tensor");
        refuses("{" + tensor("a", "F32", "[2]", 4, 12) + "}", 12, "leaves 4 bytes");
        refuses("{" + a + "}", 7, "cut short");
    }

    @Test
    void acceptsNamesInAnyOrderAndEmptyTensorsBetween() throws IOException {
        String header = "{" + tensor("z", "U8", "[4]", 4, 8) + "," + tensor("e", "F32", "[0,5]", 4, 4) + ","
                + tensor("a", "U8", "[4]", 0, 4) + "}";

        assertThat(read(header, 8).tensors()).extracting(StoredTensor::name).containsExactly("z", "e", "a");
    }

    @Test
    void refusesRepetition() {
        String a = tensor("a", "U8", "[1]", 0, 1);
        refuses("{" + a + "," + a + "}", 1, "tensor a twice");
        refuses("{\"__metadata__\":{},\"__metadata__\":{}}", 0, "__metadata__ twice");
        refuses("{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1, "dtype twice");
    }

    @Test
    void refusesEntriesThatLackAField() {
        refuses("{\"a\":{\"shape\":[1],\"data_offsets\":[0,1]}}", 1, "no dtype");
        refuses("{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,1]}}", 1, "no shape");
        refuses("{\"a\":{\"dtype\":\"U8\",\"shape\":[1]}}", 1, "no data_offsets");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[-1,1]", "[0]", "[0,1,2]", "[1,0]", "[0,18446744073709551616]", "[0,1.0]", "\"0\"", "[]"})
    void refusesOffsetsOfOtherForms(String offsets) {
        refuses("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":" + offsets + "}}", 1, "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[4294967296,4294967296]",
                "[9223372036854775807]",
                "[9223372036854775808]",
                "[-1]",
                "[\"1\"]",
                "1",
                "[2305843009213693952,0]"
            })
    void refusesShapesThatDoNotFit(String shape) {
        refuses("{\"a\":{\"dtype\":\"F64\",\"shape\":" + shape + ",\"data_offsets\":[0,8]}}", 8, "");
    }

    @Test
    void refusesMetadataThatIsNoText() {
        refuses("{\"__metadata__\":{\"a\":1}}", 0, "a text");
        refuses("{\"__metadata__\":[]}", 0, "an object");
    }

    @Test
    void refusesHeadersThatAreNoObject() {
        for (String header : List.of("", "[]", " {}", "\uFEFF{}", "{}x", "{\"a\"")) {
            refuses(header, 0, "");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, 100_000_001, 100_000_000, 3})
    void refusesHeaderLengthsBeyondFileOrLimit(long length) {
        byte[] bytes = file("{}", 0);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);

        assertThatThrownBy(() -> SafetensorsReader.readHeader(MemoryRepository.source("m.safetensors", bytes)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("header of");
    }

    @Test
    void refusesAFileCutAnywhere() {
        byte[] whole = file(
                "{\"__metadata__\":{\"format\":\"pt\"}," + tensor("a", "F32", "[2,3]", 0, 24) + ","
                        + tensor("b", "U8", "[2]", 24, 26) + "}",
                26);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);

            assertThatThrownBy(() -> SafetensorsReader.readHeader(MemoryRepository.source("m.safetensors", cut)))
                    .as("cut to %d bytes", length)
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void neverFailsOtherwiseOnFlippedBytes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] whole = file(
                "{\"__metadata__\":{\"format\":\"pt\"}," + tensor("a", "F32", "[2,3]", 0, 24) + ","
                        + tensor("b\\u00e9é", "U8", "[2]", 24, 26) + "}",
                26);
        for (int round = 0; round < 20_000; round++) {
            byte[] flipped = whole.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                flipped[random.nextInt(flipped.length)] = (byte) random.nextInt();
            }
            try {
                SafetensorsReader.readHeader(MemoryRepository.source("m.safetensors", flipped));
            } catch (WeighException refused) {
                assertThat(refused).as("seed %d round %d", seed, round).hasMessageContaining("m.safetensors");
            } catch (IOException | RuntimeException e) {
                throw new AssertionError("seed " + seed + " round " + round, e);
            }
        }
    }

    @Test
    void readsWhatWasWritten() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<DataType> types = List.of(DataType.F32, DataType.BF16, DataType.U8, DataType.F8_E4M3, DataType.I64);
        for (int round = 0; round < 200; round++) {
            List<String> entries = new ArrayList<>();
            List<StoredTensor> expected = new ArrayList<>();
            long offset = 0;
            for (int i = random.nextInt(30); i > 0; i--) {
                DataType type = types.get(random.nextInt(types.size()));
                long[] dimensions = random.longs(random.nextInt(4), 0, 5).toArray();
                long bytes = type.bytes(Shape.of(dimensions).elements());
                entries.add(tensor("t" + i, type.name(), Arrays.toString(dimensions), offset, offset + bytes));
                expected.add(new StoredTensor("t" + i, type, Shape.of(dimensions), 0, offset, bytes));
                offset += bytes;
            }
            Collections.shuffle(entries, random);

            SafetensorsHeader header = read("{" + String.join(",", entries) + "}", (int) offset);

            assertThat(header.tensors())
                    .as("seed %d round %d", seed, round)
                    .extracting(t -> new StoredTensor(
                            t.name(), t.dataType(), t.shape(), 0, t.offset() - 8 - header.headerBytes(), t.bytes()))
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    private static MemoryRepository sharded(String index) {
        return new MemoryRepository()
                .with("m.safetensors.index.json", index.getBytes(StandardCharsets.UTF_8))
                .with("m-00001-of-00002.safetensors", file("{" + tensor("a", "U8", "[1]", 0, 1) + "}", 1))
                .with(
                        "m-00002-of-00002.safetensors",
                        file("{" + tensor("b", "U8", "[2]", 0, 2) + "," + tensor("c", "U8", "[1]", 2, 3) + "}", 3));
    }

    @Test
    void readsAllShardsFromTheIndexOrFromAnyShard() throws IOException {
        MemoryRepository repository = sharded("""
                {"metadata":{"total_size":4},"weight_map":{"a":"m-00001-of-00002.safetensors",
                "b":"m-00002-of-00002.safetensors","c":"m-00002-of-00002.safetensors"}}""");

        for (String path : List.of("m.safetensors.index.json", "m-00002-of-00002.safetensors")) {
            Checkpoint checkpoint = SafetensorsReader.read(repository, path);

            assertThat(checkpoint.tensors()).extracting(StoredTensor::name).containsExactly("a", "b", "c");
            assertThat(checkpoint.tensors()).extracting(StoredTensor::file).containsExactly(0, 1, 1);
            assertThat(checkpoint.findings()).isEmpty();
        }
    }

    @Test
    void readsShardsWithoutIndexByTheirNames() throws IOException {
        MemoryRepository repository = new MemoryRepository()
                .with("x/m-00001-of-000002.safetensors", file("{" + tensor("a", "U8", "[1]", 0, 1) + "}", 1))
                .with("x/m-00002-of-000002.safetensors", file("{" + tensor("b", "U8", "[1]", 0, 1) + "}", 1));

        assertThat(SafetensorsReader.read(repository, "x/m-00002-of-000002.safetensors")
                        .tensors())
                .extracting(StoredTensor::name)
                .containsExactly("a", "b");
    }

    @Test
    void namesTheShardThatIsMissing() {
        MemoryRepository repository = sharded("{\"weight_map\":{\"a\":\"m-00003-of-00002.safetensors\",\"b\":\"x\"}}");

        assertThatThrownBy(() -> SafetensorsReader.read(repository, "m.safetensors.index.json"))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("m-00003-of-00002.safetensors");
    }

    @Test
    void reportsWhereIndexAndShardsDiffer() throws IOException {
        MemoryRepository repository = sharded("""
                {"metadata":{"total_size":9},"weight_map":{"a":"m-00001-of-00002.safetensors",
                "b":"m-00002-of-00002.safetensors","d":"m-00002-of-00002.safetensors"}}""");

        assertThat(SafetensorsReader.read(repository, "m.safetensors.index.json")
                        .findings())
                .extracting(Finding::message)
                .containsExactly(
                        "the index lists 1 tensors that the shards lack, the first d in m-00002-of-00002.safetensors",
                        "the shards hold 1 tensors that the index does not list, the first c",
                        "the index says total_size 9, the tensors take 4 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"weight_map\":{\"a\":\"../secret\"}}",
                "{\"weight_map\":{\"a\":\"/etc/passwd\"}}",
                "{\"weight_map\":{\"a\":\"x/../../y\"}}",
                "{\"weight_map\":{\"a\":\"C:\\\\x\"}}",
                "{\"weight_map\":{\"a\":\"https://host/x\"}}",
                "{\"weight_map\":{\"a\":\"\"}}",
                "{\"weight_map\":{\"a\":1}}",
                "{\"weight_map\":{}}",
                "{}",
                "[]",
                "{\"weight_map\":{\"a\":\"x\",\"a\":\"y\"}}",
                "{\"metadata\":{\"total_size\":-5},\"weight_map\":{\"a\":\"x\"}}"
            })
    void refusesIndexesThatLie(String index) {
        assertThatThrownBy(() -> SafetensorsReader.read(sharded(index), "m.safetensors.index.json"))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("m.safetensors.index.json");
    }

    @Test
    void refusesATensorInTwoShards() {
        MemoryRepository repository = new MemoryRepository()
                .with("m-1-of-2.safetensors", file("{" + tensor("a", "U8", "[1]", 0, 1) + "}", 1))
                .with("m-2-of-2.safetensors", file("{" + tensor("a", "U8", "[1]", 0, 1) + "}", 1));

        assertThatThrownBy(() -> SafetensorsReader.read(repository, "m-1-of-2.safetensors"))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("tensor a");
    }
}
