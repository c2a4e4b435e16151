package dev.weighbridge.files.pytorch;

import static dev.weighbridge.files.pytorch.PickleWriter.pickle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.weighbridge.files.MemoryRepository;
import dev.weighbridge.files.http.FakeServer;
import dev.weighbridge.files.http.Fetchers;
import dev.weighbridge.files.http.HttpFetcher;
import dev.weighbridge.files.hub.UrlRepository;
import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.checkpoint.Format;
import dev.weighbridge.model.checkpoint.StoredTensor;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.NotFoundException;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.error.WeighException;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.model.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PytorchReaderTest {
    /// `{"a": 2×3, "tied": the same, "b": 4}`.
    private static byte[] stateDict() {
        return pickle().op('}')
                .mark()
                .text("a")
                .tensor("0", 2, 3)
                .text("tied")
                .tensor("0", 2, 3)
                .text("b")
                .tensor("1", 4)
                .op('u')
                .stop();
    }

    private static byte[] zip(byte[] pickle) {
        return zip(pickle, 64, false);
    }

    private static byte[] zip(byte[] pickle, int alignment, boolean zip64) {
        return new ZipWriter(alignment, zip64)
                .add("archive/data.pkl", pickle)
                .add("archive/byteorder", "little".getBytes(StandardCharsets.US_ASCII))
                .add("archive/data/0", counted(24))
                .add("archive/data/1", counted(16))
                .finish();
    }

    private static byte[] counted(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (length + i);
        }
        return bytes;
    }

    private static byte[] legacy(byte[] pickle, List<String> keys, int... storageBytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] magic = new BigInteger("1950a86a20f9469cfc6c", 16).toByteArray();
        PickleWriter magicPickle = pickle().op(0x8a).op(magic.length);
        for (int i = magic.length - 1; i >= 0; i--) {
            magicPickle.op(magic[i]);
        }
        out.writeBytes(magicPickle.stop());
        out.writeBytes(pickle().integer(1001).stop());
        out.writeBytes(pickle().op('}').text("little_endian").flag(true).op('s').stop());
        out.writeBytes(pickle);
        PickleWriter list = pickle().op(']').mark();
        keys.forEach(list::text);
        out.writeBytes(list.op('e').stop());
        for (int bytes : storageBytes) {
            out.writeBytes(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(bytes / 4)
                    .array());
            out.writeBytes(counted(bytes));
        }
        return out.toByteArray();
    }

    private static Checkpoint read(byte[] file) throws IOException {
        return PytorchReader.read(new MemoryRepository().with("model.pt", file), "model.pt");
    }

    private static void assertHoldsTheStateDict(Checkpoint checkpoint, byte[] file) {
        assertThat(checkpoint.format()).isEqualTo(Format.PYTORCH);
        assertThat(checkpoint.findings()).isEmpty();
        assertThat(checkpoint.tensors())
                .extracting(StoredTensor::name, StoredTensor::dataType, StoredTensor::shape)
                .containsExactly(
                        tuple("a", DataType.F32, Shape.of(2, 3)),
                        tuple("tied", DataType.F32, Shape.of(2, 3)),
                        tuple("b", DataType.F32, Shape.of(4)));
        StoredTensor a = checkpoint.tensors().get(0);
        StoredTensor b = checkpoint.tensors().get(2);
        assertThat(data(file, a)).isEqualTo(counted(24));
        assertThat(data(file, b)).isEqualTo(counted(16));
        assertThat(checkpoint.tensors().get(1))
                .isEqualTo(new StoredTensor("tied", a.dataType(), a.shape(), 0, a.offset(), 24));
    }

    private static byte[] data(byte[] file, StoredTensor tensor) {
        int offset = Math.toIntExact(tensor.offset());
        return Arrays.copyOfRange(file, offset, offset + Math.toIntExact(tensor.bytes()));
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 1, 4096})
    void readsAZipWhateverItsAlignment(int alignment) throws IOException {
        byte[] file = zip(stateDict(), alignment, false);

        assertHoldsTheStateDict(read(file), file);
    }

    @Test
    void readsAZipWithSizesOf64Bits() throws IOException {
        byte[] file = zip(stateDict(), 64, true);

        assertHoldsTheStateDict(read(file), file);
    }

    @Test
    void readsADeflatedPickle() throws IOException {
        byte[] pickle = stateDict();
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(pickle);
        deflater.finish();
        byte[] deflated = new byte[pickle.length + 100];
        int length = deflater.deflate(deflated);
        deflater.end();
        byte[] file = new ZipWriter(64, false)
                .add("x/data.pkl", 8, Arrays.copyOf(deflated, length), pickle.length)
                .add("x/data/0", counted(24))
                .add("x/data/1", counted(16))
                .finish();

        assertHoldsTheStateDict(read(file), file);
    }

    @Test
    void readsALegacyFile() throws IOException {
        byte[] file = legacy(stateDict(), List.of("1", "0"), 16, 24);

        assertHoldsTheStateDict(read(file), file);
    }

    @Test
    void readsTheShardsThatAnIndexNames() throws IOException {
        byte[] first = zip(pickle().op('}').text("a").tensor("0", 2, 3).op('s').stop());
        byte[] second = zip(pickle().op('}').text("b").tensor("1", 4).op('s').stop());
        String index = """
                {"metadata": {"total_size": 40},
                 "weight_map": {"a": "m-00001-of-00002.bin", "b": "m-00002-of-00002.bin"}}""";
        MemoryRepository repository = new MemoryRepository()
                .with("m-00001-of-00002.bin", first)
                .with("m-00002-of-00002.bin", second)
                .with("m.bin.index.json", index.getBytes(StandardCharsets.UTF_8));

        for (String path : List.of("m.bin.index.json", "m-00002-of-00002.bin")) {
            Checkpoint checkpoint = PytorchReader.read(repository, path);

            assertThat(checkpoint.tensors())
                    .extracting(StoredTensor::name, StoredTensor::file)
                    .containsExactly(tuple("a", 0), tuple("b", 1));
            assertThat(checkpoint.findings()).isEmpty();
        }
    }

    @Test
    void saysWhichShardIsMissing() {
        MemoryRepository repository = new MemoryRepository()
                .with("m-00001-of-00002.bin", zip(pickle().op('}').stop()));

        assertThatThrownBy(() -> PytorchReader.read(repository, "m-00001-of-00002.bin"))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("shard m-00002-of-00002.bin of memory is missing; the model has 2");
    }

    @Test
    void takesTheDirectoryAndThePickleOnly() throws IOException {
        byte[] pickle =
                pickle().op('}').text("a").tensor("0", 1_000_000).op('s').stop();
        byte[] file = new ZipWriter(64, false)
                .add("archive/data.pkl", pickle)
                .add("archive/data/0", new byte[4_000_000])
                .finish();

        Checkpoint checkpoint = read(file);

        assertThat(checkpoint.tensors()).hasSize(1);
        assertThat(checkpoint.bytesRead()).isLessThan(100_000);
    }

    @Test
    void takesThreeSmallRangesOfARemoteFile() throws IOException {
        PickleWriter pickle = pickle().op('}').mark();
        ZipWriter zip = new ZipWriter(64, false);
        for (int i = 0; i < 300; i++) {
            pickle.text("layers." + i + ".weight").tensor(Integer.toString(i), 100, 250);
        }
        zip.add("archive/data.pkl", pickle.op('u').stop());
        for (int i = 0; i < 300; i++) {
            zip.add("archive/data/" + i, new byte[100_000]);
        }
        byte[] file = zip.finish();

        try (FakeServer server = new FakeServer();
                HttpFetcher fetcher = Fetchers.quick()) {
            server.on("/model.bin", FakeServer.file(file, "\"1\""));
            Checkpoint checkpoint =
                    PytorchReader.read(new UrlRepository(server.uri("/model.bin"), fetcher, null), "model.bin");

            assertThat(checkpoint.tensors()).hasSize(300);
            assertThat(checkpoint.bytesRead()).isLessThan(file.length / 50);
            assertThat(server.asked()).hasSizeLessThanOrEqualTo(3);
        }
    }

    @Test
    void leavesOutTheOptimizerAndSaysSo() throws IOException {
        byte[] pickle = pickle().op('}')
                .mark()
                .text("model")
                .op('}')
                .text("a")
                .tensor("0", 2, 3)
                .op('s')
                .text("optimizer")
                .op('}')
                .text("exp_avg")
                .tensor("1", 4)
                .op('s')
                .text("epoch")
                .integer(7)
                .op('u')
                .stop();

        Checkpoint checkpoint = read(zip(pickle));

        assertThat(checkpoint.tensors()).extracting(StoredTensor::name).containsExactly("a");
        assertThat(checkpoint.findings())
                .containsExactly(new Finding(
                        Finding.Kind.NOT_A_PARAMETER,
                        "optimizer",
                        "optimizer holds the state of a training run, one tensor, and is not listed"));
        assertThat(checkpoint.metadata().integer("epoch")).isEqualTo(7);
        assertThat(checkpoint.metadata().text("container")).isEqualTo("zip");
    }

    @Test
    void takesPartsThatNoNameTellsApartAsOneModel() throws IOException {
        byte[] pickle = pickle().op('}')
                .mark()
                .text("encoder")
                .op('}')
                .text("w")
                .tensor("0", 2, 3)
                .op('s')
                .text("decoder")
                .op('}')
                .text("w")
                .tensor("1", 4)
                .op('s')
                .op('u')
                .stop();

        assertThat(read(zip(pickle)).tensors())
                .extracting(StoredTensor::name)
                .containsExactly("encoder.w", "decoder.w");
    }

    @Test
    void readsAModuleByItsParametersAndChildren() throws IOException {
        byte[] pickle = pickle().global("my.code", "Net")
                .op(')')
                .op(0x81)
                .op('}')
                .mark()
                .text("_parameters")
                .op('}')
                .text("bias")
                .tensor("1", 4)
                .op('s')
                .text("_buffers")
                .op('}')
                .text("cache")
                .tensor("1", 4)
                .op('s')
                .text("_non_persistent_buffers_set")
                .global("__builtin__", "set")
                .op(']')
                .text("cache")
                .op('a')
                .op(0x85)
                .op('R')
                .text("_modules")
                .op('}')
                .text("child")
                .global("my.code", "Child")
                .op(')')
                .op(0x81)
                .op('}')
                .mark()
                .text("_parameters")
                .op('}')
                .text("weight")
                .tensor("0", 2, 3)
                .op('s')
                .text("_modules")
                .op('}')
                .op('u')
                .op('b')
                .op('s')
                .op('u')
                .op('b')
                .stop();

        Checkpoint checkpoint = read(zip(pickle));

        assertThat(checkpoint.tensors()).extracting(StoredTensor::name).containsExactly("bias", "child.weight");
        assertThat(checkpoint.findings())
                .extracting(Finding::message)
                .containsExactly("model.pt needs my.code.Net, my.code.Child to be loaded; "
                        + "what they would have made was read as plain data");
    }

    @Test
    void namesTheProgramThatAPickleWouldRun() throws IOException {
        byte[] pickle = pickle().op('}')
                .mark()
                .text("a")
                .tensor("0", 2, 3)
                .text("x")
                .global("posix", "system")
                .text("touch /tmp/harm")
                .op(0x85)
                .op('R')
                .op('u')
                .stop();

        Checkpoint checkpoint = read(zip(pickle));

        assertThat(checkpoint.tensors()).hasSize(1);
        assertThat(checkpoint.findings())
                .extracting(Finding::message)
                .containsExactly("model.pt would run posix.system when loaded with torch.load(weights_only=False); "
                        + "it was not run here");
    }

    @Test
    void tellsAViewThatIsNotContiguous() throws IOException {
        byte[] pickle = pickle().op('}')
                .text("transposed")
                .tensor("FloatStorage", "0", 6, 0, new long[] {3, 2}, new long[] {1, 3})
                .op('s')
                .stop();

        Checkpoint checkpoint = read(zip(pickle));

        assertThat(checkpoint.tensors())
                .extracting(StoredTensor::shape, StoredTensor::bytes)
                .containsExactly(tuple(Shape.of(3, 2), 24L));
        assertThat(checkpoint.findings()).extracting(Finding::kind).containsExactly(Finding.Kind.IRREGULAR);
    }

    @Test
    void placesAViewInsideItsStorage() throws IOException {
        byte[] pickle = pickle().op('}')
                .text("row")
                .tensor("FloatStorage", "0", 6, 3, new long[] {3}, new long[] {1})
                .op('s')
                .stop();
        byte[] file = zip(pickle);

        assertThat(data(file, read(file).tensors().getFirst())).isEqualTo(Arrays.copyOfRange(counted(24), 12, 24));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 100, Long.MAX_VALUE / 4, Long.MAX_VALUE})
    void refusesAViewBeyondItsStorage(long offset) {
        byte[] pickle = pickle().op('}')
                .text("w")
                .tensor("FloatStorage", "0", 6, offset, new long[] {2, 3}, new long[] {3, 1})
                .op('s')
                .stop();

        assertThatThrownBy(() -> read(zip(pickle)))
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith("model.pt: tensor w of shape [2, 3]");
    }

    @Test
    void refusesAShapeBeyondAnyFile() {
        byte[] pickle = pickle().op('}')
                .text("w")
                .tensor("FloatStorage", "0", 6, 0, new long[] {1L << 32, 1L << 32}, new long[] {0, 0})
                .op('s')
                .stop();

        assertThatThrownBy(() -> read(zip(pickle)))
                .isInstanceOf(MalformedException.class)
                .hasMessage("model.pt: tensor w of shape [4294967296, 4294967296] is larger than any file");
    }

    @Test
    void refusesANegativeDimension() {
        byte[] pickle = pickle().op('}')
                .text("w")
                .tensor("FloatStorage", "0", 6, 0, new long[] {-1}, new long[] {1})
                .op('s')
                .stop();

        assertThatThrownBy(() -> read(zip(pickle)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("shape");
    }

    @Test
    void refusesAStorageLongerThanItsRecord() {
        byte[] pickle = pickle().op('}').text("w").tensor("0", 7).op('s').stop();

        assertThatThrownBy(() -> read(zip(pickle)))
                .isInstanceOf(MalformedException.class)
                .hasMessage("model.pt: the record archive/data/0 has 24 bytes where its storage needs 28");
    }

    @Test
    void refusesAStorageThatIsLongerInASecondPlace() {
        byte[] pickle = pickle().op('}')
                .mark()
                .text("a")
                .tensor("0", 6)
                .text("b")
                .tensor("0", 7)
                .op('u')
                .stop();

        assertThatThrownBy(() -> read(zip(pickle)))
                .isInstanceOf(MalformedException.class)
                .hasMessage("model.pt: the record archive/data/0 has 24 bytes where its storage needs 28");
        assertThatThrownBy(() -> read(legacy(pickle, List.of("0"), 24)))
                .isInstanceOf(MalformedException.class)
                .hasMessage("model.pt: storage 0 has 24 bytes in one place and 28 in another");
    }

    @Test
    void refusesAStorageWithoutARecord() {
        byte[] pickle = pickle().op('}').text("w").tensor("9", 7).op('s').stop();

        assertThatThrownBy(() -> read(zip(pickle)))
                .isInstanceOf(MalformedException.class)
                .hasMessage("model.pt: the record archive/data/9 is missing");
    }

    @Test
    void refusesAnUnknownStorageType() {
        byte[] pickle = pickle().op('}')
                .text("w")
                .tensor("Float3Storage", "0", 6, 0, new long[] {6}, new long[] {1})
                .op('s')
                .stop();

        assertThatThrownBy(() -> read(zip(pickle)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessage("model.pt: storage 0 is of the unknown type torch.Float3Storage");
    }

    @Test
    void refusesALegacyFileWhoseStorageIsCutShort() {
        byte[] file = legacy(stateDict(), List.of("1", "0"), 16, 24);

        assertThatThrownBy(() -> read(Arrays.copyOf(file, file.length - 1)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("storage 0 of 24 bytes")
                .hasMessageContaining("is cut short");
    }

    @Test
    void refusesEveryTruncation() {
        for (byte[] file :
                List.of(zip(stateDict()), zip(stateDict(), 64, true), legacy(stateDict(), List.of("1", "0"), 16, 24))) {
            for (int length = 0; length < file.length; length++) {
                byte[] cut = Arrays.copyOf(file, length);

                assertThatThrownBy(() -> read(cut)).as("cut at %d", length).isInstanceOf(WeighException.class);
            }
        }
    }

    @Test
    void survivesEveryChangedByte() {
        long seed = 20260103;
        Random random = new Random(seed);
        for (byte[] file :
                List.of(zip(stateDict()), zip(stateDict(), 64, true), legacy(stateDict(), List.of("1", "0"), 16, 24))) {
            for (int i = 0; i < file.length; i++) {
                byte[] changed = file.clone();
                changed[i] = (byte) random.nextInt();

                assertThatCode(() -> {
                            try {
                                read(changed);
                            } catch (WeighException e) {
                                assertThat(e).hasMessageContaining("model.pt");
                            }
                        })
                        .as("seed %d, byte %d", seed, i)
                        .doesNotThrowAnyException();
            }
        }
    }

    @Test
    void refusesContainersThatAreNestedTooDeep() {
        PickleWriter writer = pickle();
        for (int i = 0; i < 1_000; i++) {
            writer.op('}').text("k");
        }
        writer.tensor("0", 6);
        for (int i = 0; i < 1_000; i++) {
            writer.op('s');
        }

        assertThatThrownBy(() -> read(zip(writer.stop())))
                .isInstanceOf(MalformedException.class)
                .hasMessage("model.pt: containers are nested more than 100 deep");
    }

    @Test
    void readsASharedContainerOnce() throws IOException {
        // Each list holds the one before it twice: two to the power of 60 paths, 60 containers.
        PickleWriter writer = pickle().op(']').op('q').op(0).tensor("0", 6).op('a');
        for (int i = 1; i <= 60; i++) {
            writer.op(']')
                    .op('q')
                    .op(i)
                    .mark()
                    .op('h')
                    .op(i - 1)
                    .op('h')
                    .op(i - 1)
                    .op('e');
        }
        byte[] pickle = wrapped(writer);

        assertThat(read(zip(pickle)).tensors()).hasSize(1);
    }

    @Test
    void readsAContainerThatHoldsItself() throws IOException {
        byte[] pickle = pickle().op('}')
                .op('q')
                .op(0)
                .mark()
                .text("self")
                .op('h')
                .op(0)
                .text("a")
                .tensor("0", 2, 3)
                .op('u')
                .stop();

        assertThat(read(zip(pickle)).tensors()).extracting(StoredTensor::name).containsExactly("a");
    }

    /// Leaves the value on top alone on the stack.
    private static byte[] wrapped(PickleWriter writer) {
        byte[] body = writer.toByteArray();
        return pickle().mark()
                .bytes(Arrays.copyOfRange(body, 2, body.length))
                .op('t')
                .stop();
    }

    @Test
    void refusesAPickleOfTooManySteps() {
        byte[] steps = new byte[PickleReader.MAX_STEPS + 10];
        Arrays.fill(steps, (byte) ')');

        assertThatThrownBy(() -> read(steps))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("the pickle has more than 8000000 steps");
    }

    @Test
    void refusesAnIntegerOfAbsurdLength() {
        byte[] pickle = pickle().op(0x8b).length(Integer.MAX_VALUE).stop();

        assertThatThrownBy(() -> read(pickle))
                .isInstanceOf(MalformedException.class)
                .hasMessage("model.pt, byte 7: an integer of 2147483647 bytes");
    }

    @Test
    void refusesATextLongerThanTheFile() {
        byte[] pickle = pickle().op('X').length(-1).stop();

        assertThatThrownBy(() -> read(pickle))
                .isInstanceOf(MalformedException.class)
                .hasMessage("model.pt, byte 7: a length of 4294967295 where 1 bytes are left");
    }

    @Test
    void refusesDataKeptOutsideTheFile() {
        assertThatThrownBy(() -> read(pickle().op(0x97).stop()))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("buffers outside the file");
    }

    @Test
    void refusesALaterProtocol() {
        assertThatThrownBy(() -> read(new byte[] {(byte) 0x80, 6, '.'}))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("pickle protocol 6; 0 to 5 are known");
    }

    @Test
    void refusesAZipWithTwoRecordsOfOneName() {
        byte[] file = new ZipWriter(64, false)
                .add("x/data.pkl", stateDict())
                .add("x/data.pkl", stateDict())
                .finish();

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(MalformedException.class)
                .hasMessage("model.pt: two zip records are named x/data.pkl");
    }

    @Test
    void refusesAZipWhoseCountIsALie() {
        byte[] file = new ZipWriter(64, true).add("x/data.pkl", stateDict()).finish(1L << 60, 100, 0);

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(MalformedException.class)
                .hasMessage("model.pt: the zip directory is too short for its 1152921504606846976 records");
    }

    @Test
    void refusesARecordThatDoesNotFit() {
        byte[] file = new ZipWriter(64, true)
                .add("x/data.pkl", 0, stateDict(), stateDict().length, Long.MAX_VALUE - 10, 0)
                .finish();

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(MalformedException.class)
                .hasMessage("model.pt: zip record x/data.pkl does not fit into the file");
    }

    @Test
    void refusesADeflatedRecordThatPromisesTooMuch() {
        byte[] file = new ZipWriter(64, false)
                .add("x/data.pkl", 8, new byte[] {3, 0}, 50_000_000)
                .finish();

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(MalformedException.class)
                .hasMessage("model.pt: zip record x/data.pkl cannot unpack to 50000000 bytes");
    }

    @Test
    void refusesAnEncryptedRecord() {
        byte[] file = new ZipWriter(64, false)
                .add("x/data.pkl", 0, stateDict(), stateDict().length, 0, 1)
                .finish();

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(UnsupportedException.class)
                .hasMessage("model.pt: zip record x/data.pkl is encrypted");
    }

    @Test
    void refusesCompressedStorages() {
        byte[] file = new ZipWriter(64, false)
                .add("archive/data.pkl", stateDict())
                .add("archive/data/0", 8, new byte[] {3, 0}, 24)
                .finish();

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(UnsupportedException.class)
                .hasMessage("model.pt: the record archive/data/0 is compressed, which PyTorch never does");
    }

    @Test
    void refusesAZipOfSomethingElse() {
        byte[] file =
                new ZipWriter(64, false).add("word/document.xml", new byte[10]).finish();

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(MalformedException.class)
                .hasMessage("model.pt: a zip file without data.pkl is no PyTorch file");
    }

    @Test
    void namesTheFormatOfAFileUnderAWrongName() {
        assertThatThrownBy(() -> read("GGUF....".getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(MalformedException.class)
                .hasMessage("model.pt is a GGUF file under a PyTorch name");
        assertThatThrownBy(() -> read("version https://git-lfs".getBytes(StandardCharsets.US_ASCII)))
                .hasMessage("model.pt is a Git LFS pointer, not the file it stands for");
        assertThatThrownBy(() -> read("<html>".getBytes(StandardCharsets.US_ASCII)))
                .hasMessage("model.pt is no PyTorch file: it begins with neither a zip nor a pickle");
        byte[] tar = new byte[1024];
        System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
        assertThatThrownBy(() -> read(tar))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("tar format");
    }
}
