package dev.weighbridge.files.gguf;

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
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufReaderTest {
    private static GgufHeader read(GgufBytes file) throws IOException {
        return GgufReader.readHeader(MemoryRepository.source("model.gguf", file.bytes()));
    }

    private static GgufBytes small() {
        return new GgufBytes()
                .text("general.architecture", "llama")
                .u32("llama.block_count", 1)
                .u32s("llama.attention.head_count_kv", 8, 4)
                .tensor("token_embd.weight", 1, 0, 8, 4)
                .tensor("output_norm.weight", 0, 64, 8)
                .data(96);
    }

    @Test
    void readsMetadataAndTensors() throws IOException {
        GgufHeader header = read(small());

        assertThat(header.version()).isEqualTo(3);
        assertThat(header.metadata().text("general.architecture")).isEqualTo("llama");
        assertThat(header.metadata().integers("llama.attention.head_count_kv")).containsExactly(8L, 4L);
        assertThat(header.tensors())
                .containsExactly(
                        new StoredTensor("token_embd.weight", DataType.F16, Shape.of(4, 8), 0, header.dataOffset(), 64),
                        new StoredTensor(
                                "output_norm.weight", DataType.F32, Shape.of(8), 0, header.dataOffset() + 64, 32));
        assertThat(header.findings()).isEmpty();
    }

    @Test
    void readsBigEndianFiles() throws IOException {
        GgufHeader header = read(new GgufBytes(ByteOrder.BIG_ENDIAN)
                .u32("a.b", 0x01020304)
                .f32("c", 1.5f)
                .tensor("t", 0, 0, 2)
                .data(8));

        assertThat(header.byteOrder()).isEqualTo(ByteOrder.BIG_ENDIAN);
        assertThat(header.metadata().integer("a.b")).isEqualTo(0x01020304);
        assertThat(header.metadata().number("c")).isEqualTo(1.5);
        assertThat(header.tensors().getFirst().bytes()).isEqualTo(8);
    }

    @Test
    void readsEveryKindOfValue() throws IOException {
        GgufBytes file = new GgufBytes();
        file.entry("u8", 0, file.number(255, 1))
                .entry("i8", 1, file.number(-1, 1))
                .entry("u16", 2, file.number(65535, 2))
                .entry("i16", 3, file.number(-2, 2))
                .entry("u32", 4, file.number(0xffffffffL, 4))
                .entry("i32", 5, file.number(-3, 4))
                .entry("f32", 6, file.number(Float.floatToRawIntBits(0.1f), 4))
                .entry("bool", 7, file.number(1, 1))
                .entry("u64", 10, file.number(-1, 8))
                .entry("i64", 11, file.number(Long.MIN_VALUE, 8))
                .entry("f64", 12, file.number(Double.doubleToRawLongBits(0.1), 8));

        assertThat(read(file).metadata().values())
                .containsEntry("u8", 255L)
                .containsEntry("i8", -1L)
                .containsEntry("u16", 65535L)
                .containsEntry("i16", -2L)
                .containsEntry("u32", 0xffffffffL)
                .containsEntry("i32", -3L)
                .containsEntry("f32", (double) 0.1f)
                .containsEntry("bool", true)
                .containsEntry("u64", 0x1p64)
                .containsEntry("i64", Long.MIN_VALUE)
                .containsEntry("f64", 0.1);
    }

    @Test
    void holdsArraysThatDescribeLayersAndElidesVocabularies() throws IOException {
        List<String> tokens = IntStream.range(0, 65).mapToObj(i -> "t" + i).toList();
        int[] layers = IntStream.range(0, 4096).toArray();
        int[] many = new int[4097];
        GgufHeader header = read(new GgufBytes()
                .texts("tokens", tokens)
                .texts("few", tokens.subList(0, 64))
                .u32s("layers", layers)
                .u32s("many", many)
                .u32("last", 7));

        assertThat(header.metadata().values())
                .containsEntry("tokens", Map.of("elided", 65L, "type", "string"))
                .containsEntry("many", Map.of("elided", 4097L, "type", "uint32"))
                .containsEntry("few", tokens.subList(0, 64))
                .containsEntry("last", 7L);
        assertThat(header.metadata().integers("layers")).hasSize(4096);
        assertThat(header.arrayLength("tokens")).isEqualTo(65);
        assertThat(header.arrayLength("few")).isEqualTo(64);
    }

    @Test
    void holdsEverythingWhenAskedFor() throws IOException {
        List<String> tokens =
                IntStream.range(0, 100_000).mapToObj(i -> "tökén" + i).toList();
        byte[] file = new GgufBytes().texts("tokens", tokens).u32("last", 7).bytes();

        GgufHeader header = GgufReader.readHeaderInFull(MemoryRepository.source("model.gguf", file));

        assertThat(header.metadata().items("tokens")).isEqualTo(tokens);
        assertThat(header.metadata().integer("last")).isEqualTo(7);
    }

    @Test
    void readsWhatWasWritten() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            ByteOrder order = random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
            int alignment = 8 << random.nextInt(6);
            GgufBytes file =
                    new GgufBytes(order).u32("general.alignment", alignment).aligned(alignment);
            List<StoredTensor> expected = new ArrayList<>();
            long offset = 0;
            for (int i = random.nextInt(20); i > 0; i--) {
                int type = random.nextInt(43);
                if (GgmlType.of(type).isEmpty()) {
                    continue;
                }
                DataType dataType = GgmlType.of(type).orElseThrow();
                long row = dataType.blockElements() * (1L + random.nextInt(3));
                long rows = 1L + random.nextInt(5);
                long bytes = dataType.bytes(row * rows);
                file.tensor("t" + i, type, offset, row, rows);
                expected.add(new StoredTensor("t" + i, dataType, Shape.of(rows, row), 0, offset, bytes));
                offset += bytes + Math.floorMod(-bytes, alignment);
            }
            file.data((int) offset);

            GgufHeader header = read(file);

            assertThat(header.tensors().stream()
                            .map(t -> new StoredTensor(
                                    t.name(), t.dataType(), t.shape(), 0, t.offset() - header.dataOffset(), t.bytes())))
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(expected);
            assertThat(header.byteOrder()).isEqualTo(order);
            assertThat(header.alignment()).isEqualTo(alignment);
            assertThat(header.findings()).isEmpty();
        }
    }

    @Test
    void refusesAFileCutAnywhere() {
        byte[] whole = small().bytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);

            assertThatThrownBy(() -> GgufReader.readHeader(MemoryRepository.source("cut.gguf", cut)))
                    .as("cut to %d bytes", length)
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining("cut.gguf");
        }
    }

    @Test
    void neverFailsOtherwiseOnFlippedBytes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] whole = small().bytes();
        for (int round = 0; round < 20_000; round++) {
            byte[] flipped = whole.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                flipped[random.nextInt(flipped.length)] = (byte) random.nextInt();
            }
            try {
                GgufReader.readHeader(MemoryRepository.source("flipped.gguf", flipped));
            } catch (WeighException refused) {
                assertThat(refused).as("seed %d round %d", seed, round).hasMessageContaining("flipped.gguf");
            } catch (IOException | RuntimeException e) {
                throw new AssertionError("seed " + seed + " round " + round, e);
            }
        }
    }

    @Test
    void namesOlderFormats() {
        byte[] ggjt = "tjgg\3\0\0\0".getBytes(StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> GgufReader.readHeader(MemoryRepository.source("old.bin", ggjt)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("GGML");
    }

    @Test
    void refusesOtherFiles() {
        byte[] zip = "PK\3\4aaaaaaaaaaaaaaaaaaaaaaaaaa".getBytes(StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> GgufReader.readHeader(MemoryRepository.source("model.zip", zip)))
                .isInstanceOf(MalformedException.class)
                .hasMessage("model.zip is not a GGUF file: it begins with PK\\x03\\x04, not GGUF");
    }

    @Test
    void refusesVersion1ByName() {
        assertThatThrownBy(() -> read(small().version(1)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("version 1");
    }

    @Test
    void refusesVersion0() {
        assertThatThrownBy(() -> read(small().version(0))).isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesLaterVersions() {
        assertThatThrownBy(() -> read(small().version(4)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("version 4");
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 31, 32, 33, 36, 37, 38})
    void namesRemovedTypes(int type) {
        assertThatThrownBy(() -> read(new GgufBytes().tensor("t", type, 0, 256).data(1024)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageMatching(
                        ".* has type " + type + " \\((Q4_[023]|IQ4_NL)[_48]*\\), which llama.cpp has removed");
    }

    @ParameterizedTest
    @ValueSource(ints = {43, 141, 144, 4242, -1})
    void refusesUnknownTypes(int type) {
        assertThatThrownBy(() -> read(new GgufBytes().tensor("t", type, 0, 256).data(1024)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("unknown type");
    }

    @Test
    void tellsTernaryGroupsOf128FromThoseOf64ByTheirRoom() throws IOException {
        GgufHeader wide = read(new GgufBytes()
                .tensor("a", 42, 0, 256, 64)
                .tensor("b", 0, 4352, 8)
                .data(4352 + 32));
        GgufHeader narrow = read(new GgufBytes()
                .tensor("a", 42, 0, 256, 64)
                .tensor("b", 0, 4608, 8)
                .data(4608 + 32));

        assertThat(wide.tensors().getFirst().dataType()).isEqualTo(DataType.PQ2_0);
        assertThat(wide.findings()).extracting(Finding::kind).containsExactly(Finding.Kind.ASSUMED);
        assertThat(narrow.tensors().getFirst().dataType()).isEqualTo(DataType.Q2_0);
        assertThat(narrow.findings()).isEmpty();
    }

    @Test
    void refusesARepeatedKey() {
        assertThatThrownBy(() -> read(new GgufBytes().u32("a", 1).u32("a", 2)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("key a twice");
    }

    @Test
    void refusesARepeatedTensor() {
        assertThatThrownBy(() -> read(new GgufBytes()
                        .tensor("a", 0, 0, 8)
                        .tensor("a", 0, 32, 8)
                        .data(64)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("tensor a twice");
    }

    @Test
    void refusesOverlap() {
        assertThatThrownBy(() -> read(new GgufBytes()
                        .tensor("a", 0, 0, 16)
                        .tensor("b", 0, 32, 8)
                        .data(64)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("a and b overlap");
    }

    @Test
    void reportsBytesOfNoTensor() throws IOException {
        GgufHeader header =
                read(new GgufBytes().tensor("a", 0, 0, 8).tensor("b", 0, 64, 8).data(96 + 32));

        assertThat(header.findings())
                .extracting(Finding::message)
                .containsExactly("model.gguf holds 64 bytes that belong to no tensor");
    }

    @Test
    void acceptsTensorsInAnyOrder() throws IOException {
        GgufHeader header =
                read(new GgufBytes().tensor("a", 0, 32, 8).tensor("b", 0, 0, 8).data(64));

        assertThat(header.tensors()).extracting(StoredTensor::name).containsExactly("a", "b");
        assertThat(header.findings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {8, -32, Long.MIN_VALUE, 1L << 62})
    void refusesOffsetsThatAreUnalignedOrOutside(long offset) {
        assertThatThrownBy(() -> read(new GgufBytes().tensor("a", 0, offset, 8).data(64)))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesRowsThatFillNoWholeBlocks() {
        assertThatThrownBy(() -> read(new GgufBytes().tensor("a", 2, 0, 33).data(64)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("33 elements");
    }

    @Test
    void refusesShapesBeyond64Bits() {
        assertThatThrownBy(() -> read(
                        new GgufBytes().tensor("a", 0, 0, 1L << 32, 1L << 32).data(64)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("2^63");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -4})
    void refusesDimensionsBelow1(long dimension) {
        assertThatThrownBy(
                        () -> read(new GgufBytes().tensor("a", 0, 0, dimension).data(64)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("dimension");
    }

    @Test
    void refusesRank0AndRank5() {
        assertThatThrownBy(() -> read(new GgufBytes().tensor("a", 0, 0).data(64)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("0 dimensions");
        assertThatThrownBy(() ->
                        read(new GgufBytes().tensor("a", 0, 0, 1, 1, 1, 1, 1).data(64)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("5 dimensions");
    }

    @Test
    void refusesFlagsBeside0And1() {
        GgufBytes file = new GgufBytes();

        assertThatThrownBy(() -> read(file.entry("a", 7, file.number(2, 1))))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("flag a");
    }

    @Test
    void refusesUnknownValueTypes() {
        GgufBytes file = new GgufBytes();

        assertThatThrownBy(() -> read(file.entry("a", 13, file.number(2, 8))))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("value type 13");
    }

    @Test
    void refusesArraysNestedDeep() {
        GgufBytes file = new GgufBytes();
        byte[] nested = new byte[12 * 40];
        for (int i = 0; i < 40; i++) {
            System.arraycopy(file.number(9, 4), 0, nested, i * 12, 4);
            System.arraycopy(file.number(1, 8), 0, nested, i * 12 + 4, 8);
        }

        assertThatThrownBy(() -> read(file.entry("a", 9, nested)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("nests");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 3, 4, 48, 1L << 31})
    void refusesAlignmentsThatAreNoPowerOfTwoFrom8(long alignment) {
        assertThatThrownBy(() -> read(new GgufBytes().u32("general.alignment", alignment)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("general.alignment");
    }

    @Test
    void refusesAnArchitectureThatIsNoText() {
        assertThatThrownBy(() -> read(new GgufBytes().u32("general.architecture", 3)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("general.architecture");
    }

    @Test
    void refusesNamesThatAreNotUtf8() {
        byte[] broken = {'a', (byte) 0xc3};

        assertThatThrownBy(() -> read(new GgufBytes().entry(broken, 0, new byte[1])))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("UTF-8");
        assertThatThrownBy(() -> read(new GgufBytes().tensor(broken, 0, 0, 8).data(32)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void refusesCountsThatTheFileHasNoRoomFor() {
        for (long count : new long[] {1L << 61, -1, 1000}) {
            assertThatThrownBy(() -> read(small().metadataCount(count)))
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining("metadata entries");
            assertThatThrownBy(() -> read(small().tensorCount(count)))
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining("tensors");
        }
    }

    @Test
    void readsAllPartsOfASplitModelFromAnyOfThem() throws IOException {
        MemoryRepository repository = split("dir/m", 3);

        Checkpoint first = GgufReader.read(repository, "dir/m-00001-of-00003.gguf");
        Checkpoint third = GgufReader.read(repository, "dir/m-00003-of-00003.gguf");

        assertThat(first.tensors()).extracting(StoredTensor::name).containsExactly("t1", "t2", "t3");
        assertThat(first.tensors()).extracting(StoredTensor::file).containsExactly(0, 1, 2);
        assertThat(first.files()).hasSize(3);
        assertThat(first.name()).isEqualTo("m");
        assertThat(third.tensors()).isEqualTo(first.tensors());
        assertThat(third.metadata()).isEqualTo(first.metadata());
    }

    @Test
    void namesThePartThatIsMissing() {
        MemoryRepository repository = new MemoryRepository()
                .with("m-00001-of-00002.gguf", split("m", 2).file("m-00001-of-00002.gguf"));

        assertThatThrownBy(() -> GgufReader.read(repository, "m-00001-of-00002.gguf"))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("m-00002-of-00002.gguf");
    }

    @Test
    void refusesPartsOfAnotherCount() {
        MemoryRepository repository = new MemoryRepository()
                .with("m-00001-of-00002.gguf", split("m", 3).file("m-00001-of-00003.gguf"))
                .with("m-00002-of-00002.gguf", split("m", 3).file("m-00002-of-00003.gguf"));

        assertThatThrownBy(() -> GgufReader.read(repository, "m-00001-of-00002.gguf"))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("split.count");
    }

    @Test
    void readsALonePartUnderAnotherNameAndSaysSo() throws IOException {
        MemoryRepository repository =
                new MemoryRepository().with("one.gguf", split("m", 3).file("m-00002-of-00003.gguf"));

        Checkpoint checkpoint = GgufReader.read(repository, "one.gguf");

        assertThat(checkpoint.tensors()).hasSize(1);
        assertThat(checkpoint.findings())
                .extracting(Finding::message)
                .containsExactly("one.gguf says that it is part 2 of 3, but its name does not, so it is read alone");
    }

    @Test
    void takesTheNameFromTheMetadata() throws IOException {
        MemoryRepository repository = new MemoryRepository()
                .with("file.gguf", new GgufBytes().text("general.name", "Tiny").bytes());

        assertThat(GgufReader.read(repository, "file.gguf").name()).isEqualTo("Tiny");
    }

    @Test
    void readsLittleOfAFileWhoseVocabularyIsNumbers() throws IOException {
        var source = MemoryRepository.source(
                "big.gguf",
                new GgufBytes().u32s("scores", new int[4 << 20]).u32("last", 1).bytes());

        GgufHeader header = GgufReader.readHeader(source);

        assertThat(header.metadata().integer("last")).isEqualTo(1);
        assertThat(source.bytesRead()).isLessThan(300_000);
    }

    private static MemoryRepository split(String prefix, int count) {
        MemoryRepository repository = new MemoryRepository();
        for (int number = 1; number <= count; number++) {
            GgufBytes part = new GgufBytes();
            if (number == 1) {
                part.text("general.architecture", "llama");
            }
            part.entry("split.no", 2, part.number(number - 1, 2))
                    .entry("split.count", 2, part.number(count, 2))
                    .entry("split.tensors.count", 5, part.number(count, 4))
                    .tensor("t" + number, 0, 0, 8)
                    .data(32);
            repository.with("%s-%05d-of-%05d.gguf".formatted(prefix, number, count), part.bytes());
        }
        return repository;
    }
}
