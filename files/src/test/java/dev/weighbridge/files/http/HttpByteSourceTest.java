package dev.weighbridge.files.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.model.error.NotFoundException;
import dev.weighbridge.model.error.RefusedException;
import dev.weighbridge.model.error.UnavailableException;
import dev.weighbridge.model.error.UnsupportedException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpByteSourceTest {
    @TempDir
    Path folder;

    private final FakeServer hub = new FakeServer();
    private final FakeServer cdn = new FakeServer();
    private final HttpFetcher fetcher = Fetchers.quick();
    private final byte[] bytes = random(3_000_000);

    @AfterEach
    void close() {
        fetcher.close();
        hub.close();
        cdn.close();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(20260105).nextBytes(bytes);
        return bytes;
    }

    private ByteSource open(@Nullable HeaderCache cache) throws IOException {
        RemoteFile file = RemoteFile.of("model.gguf", hub.uri("/model.gguf"), "secret");
        return HttpByteSource.open(fetcher, file, StatusErrors.PLAIN, cache);
    }

    private static byte[] read(ByteSource source, long offset, int length) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(length);
        source.readFully(offset, target);
        return target.array();
    }

    private byte[] expected(int offset, int length) {
        return Arrays.copyOfRange(bytes, offset, offset + length);
    }

    @Test
    void takesASmallHeaderInOneRequest() throws IOException {
        hub.on("/model.gguf", FakeServer.file(bytes, "\"1\""));

        try (ByteSource source = open(null)) {
            assertThat(source.size()).isEqualTo(bytes.length);
            assertThat(read(source, 0, 8)).isEqualTo(expected(0, 8));
            assertThat(read(source, 8, 100_000)).isEqualTo(expected(8, 100_000));
            assertThat(source.bytesRead()).isEqualTo(128 * 1024);
        }

        assertThat(hub.asked())
                .containsExactly(new FakeServer.Asked("GET", "/model.gguf", "bytes=0-131071", "Bearer secret"));
    }

    @Test
    void readsTheSameBytesWhateverTheOrder() throws IOException {
        hub.on("/model.gguf", FakeServer.file(bytes, "\"1\""));
        long seed = 20260106;
        Random random = new Random(seed);

        for (HeaderCache cache : Arrays.asList(null, new HeaderCache(folder), new HeaderCache(folder))) {
            try (ByteSource source = open(cache)) {
                for (int i = 0; i < 60; i++) {
                    int length = random.nextInt(random.nextBoolean() ? 100 : 400_000);
                    int offset = random.nextInt(bytes.length - length + 1);

                    assertThat(read(source, offset, length))
                            .as("seed %d, offset %d, length %d", seed, offset, length)
                            .isEqualTo(expected(offset, length));
                }
            }
        }
    }

    @Test
    void takesMoreAndMoreWhileItIsReadInOrder() throws IOException {
        hub.on("/model.gguf", FakeServer.file(bytes, "\"1\""));

        try (ByteSource source = open(null)) {
            for (int offset = 0; offset < bytes.length; offset += 1000) {
                read(source, offset, 1000);
            }
        }

        assertThat(hub.asked()).hasSizeLessThan(8);
    }

    @Test
    void takesLittleWhereItJumpsAbout() throws IOException {
        hub.on("/model.gguf", FakeServer.file(bytes, "\"1\""));

        try (ByteSource source = open(null)) {
            read(source, 2_000_000, 10);
            read(source, 1_000_000, 10);

            assertThat(source.bytesRead()).isEqualTo(128 * 1024 + 2 * 64 * 1024);
        }
    }

    @Test
    void goesStraightToWhereItWasRedirected() throws IOException {
        hub.on(
                "/model.gguf",
                FakeServer.status(
                        302, Map.of("Location", cdn.uri("/blob?signature=1").toString())));
        cdn.on("/blob?signature=1", FakeServer.file(bytes, "\"1\""));

        try (ByteSource source = open(null)) {
            assertThat(read(source, 2_000_000, 10)).isEqualTo(expected(2_000_000, 10));
        }

        assertThat(hub.asked()).hasSize(1);
        assertThat(cdn.asked()).hasSize(2);
        assertThat(cdn.asked()).extracting(FakeServer.Asked::authorization).containsOnly("");
    }

    @Test
    void asksAgainWhereTheSignatureHasRunOut() throws IOException {
        hub.once(
                        "/model.gguf",
                        FakeServer.status(
                                302, Map.of("Location", cdn.uri("/old").toString())))
                .on(
                        "/model.gguf",
                        FakeServer.status(
                                302, Map.of("Location", cdn.uri("/new").toString())));
        cdn.once("/old", FakeServer.file(bytes, "\"1\"")).on("/old", FakeServer.status(403, Map.of()));
        cdn.on("/new", FakeServer.file(bytes, "\"1\""));

        try (ByteSource source = open(null)) {
            assertThat(read(source, 2_000_000, 10)).isEqualTo(expected(2_000_000, 10));
        }
    }

    @Test
    void readsFromDiskWhatItHasReadBefore() throws IOException {
        hub.on("/model.gguf", FakeServer.file(bytes, "\"1\""));
        HeaderCache cache = new HeaderCache(folder);
        try (ByteSource source = open(cache)) {
            read(source, 0, 1000);
        }
        int before = hub.asked().size();

        try (ByteSource source = open(cache)) {
            assertThat(read(source, 0, 100_000)).isEqualTo(expected(0, 100_000));
            assertThat(source.bytesRead()).isZero();
        }

        assertThat(hub.asked().subList(before, hub.asked().size()))
                .extracting(FakeServer.Asked::method)
                .containsExactly("HEAD");
    }

    @Test
    void readsAgainWhatHasChanged() throws IOException {
        HeaderCache cache = new HeaderCache(folder);
        hub.on("/model.gguf", FakeServer.file(new byte[1000], "\"1\""));
        try (ByteSource source = open(cache)) {
            read(source, 0, 1000);
        }
        hub.on("/model.gguf", FakeServer.file(bytes, "\"2\""));

        try (ByteSource source = open(cache)) {
            assertThat(read(source, 0, 1000)).isEqualTo(expected(0, 1000));
        }
    }

    @Test
    void readsAgainWhatIsDamagedOnDisk() throws IOException {
        HeaderCache cache = new HeaderCache(folder);
        hub.on("/model.gguf", FakeServer.file(bytes, "\"1\""));
        try (ByteSource source = open(cache)) {
            read(source, 0, 1000);
        }
        List<Path> kept = files(folder);
        assertThat(kept).hasSize(1);
        byte[] file = Files.readAllBytes(kept.getFirst());
        for (byte[] damaged : List.of(flipped(file), Arrays.copyOf(file, 10), new byte[0])) {
            Files.write(kept.getFirst(), damaged);

            try (ByteSource source = open(cache)) {
                assertThat(read(source, 0, 1000)).isEqualTo(expected(0, 1000));
            }
        }
    }

    private static byte[] flipped(byte[] file) {
        byte[] flipped = file.clone();
        flipped[500] ^= 1;
        return flipped;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void doesWithoutACacheThatCannotBeWritten() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        hub.on("/model.gguf", FakeServer.file(bytes, "\"1\""));

        try (ByteSource source = open(new HeaderCache(file))) {
            assertThat(read(source, 0, 1000)).isEqualTo(expected(0, 1000));
        }
    }

    @Test
    void doesNotKeepAVersionThatTheServerIsNotSureOf() throws IOException {
        hub.on("/model.gguf", FakeServer.file(bytes, "W/\"1\""));

        try (ByteSource source = open(new HeaderCache(folder))) {
            read(source, 0, 1000);
        }

        assertThat(files(folder)).isEmpty();
    }

    @Test
    void takesLengthAndVersionFromTheHubsOwnHeaders() throws IOException {
        Map<String, String> linked = Map.of(
                "Location", cdn.uri("/blob").toString(),
                "X-Linked-Size", Integer.toString(bytes.length),
                "X-Linked-Etag", "\"sum\"");
        hub.on("/model.gguf", FakeServer.status(302, linked));
        cdn.on("/blob", FakeServer.file(bytes, "\"cdn\""));

        try (ByteSource source = open(new HeaderCache(folder))) {
            assertThat(source.size()).isEqualTo(bytes.length);
            assertThat(cdn.asked()).isEmpty();
            assertThat(read(source, 0, 10)).isEqualTo(expected(0, 10));
        }
    }

    @Test
    void readsTheBeginningFromAServerWithoutRanges() throws IOException {
        hub.on("/model.gguf", exchange -> FakeServer.send(exchange, 200, Map.of(), bytes));

        try (ByteSource source = open(null)) {
            assertThat(source.size()).isEqualTo(bytes.length);
            assertThat(read(source, 0, 1000)).isEqualTo(expected(0, 1000));
            assertThat(source.bytesRead()).isEqualTo(128 * 1024);
            assertThat(read(source, 1_000_000, 1000)).isEqualTo(expected(1_000_000, 1000));
        }
    }

    @Test
    void refusesToReadFarIntoAServerWithoutRanges() throws IOException {
        byte[] large = new byte[65 * 1024 * 1024];
        hub.on("/model.gguf", exchange -> FakeServer.send(exchange, 200, Map.of(), large));

        try (ByteSource source = open(null)) {
            assertThatThrownBy(() -> read(source, large.length - 10, 10))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageStartingWith(hub.uri("/model.gguf") + " does not serve ranges, and byte ");
        }
    }

    @Test
    void refusesAnotherRangeThanItAskedFor() {
        hub.on(
                "/model.gguf",
                exchange -> FakeServer.send(exchange, 206, Map.of("Content-Range", "bytes 5-9/100"), new byte[5]));

        assertThatThrownBy(() -> open(null))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageEndingWith("with another range");
    }

    @Test
    void refusesFewerBytesThanTheRangeHas() {
        hub.on(
                "/model.gguf",
                exchange -> FakeServer.send(exchange, 206, Map.of("Content-Range", "bytes 0-99/100"), new byte[50]));

        assertThatThrownBy(() -> open(null))
                .isInstanceOf(UnavailableException.class)
                .hasMessageEndingWith("sent 50 bytes where 100 are due");
    }

    @Test
    void noticesAFileThatChangesWhileItIsRead() throws IOException {
        hub.once("/model.gguf", FakeServer.file(bytes, "\"1\"")).on("/model.gguf", FakeServer.file(bytes, "\"2\""));

        try (ByteSource source = open(null)) {
            assertThatThrownBy(() -> read(source, 2_000_000, 10))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessage("model.gguf changed on the server while it was read");
        }
    }

    @Test
    void readsAnEmptyFile() throws IOException {
        hub.on("/model.gguf", FakeServer.file(new byte[0], "\"1\""));

        try (ByteSource source = open(null)) {
            assertThat(source.size()).isZero();
            assertThatThrownBy(() -> read(source, 0, 1)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void saysWhatTheStatusTells() {
        hub.on("/model.gguf", FakeServer.status(403, Map.of()));
        assertThatThrownBy(() -> open(null))
                .isInstanceOf(RefusedException.class)
                .hasMessageStartingWith("model.gguf may not be read");
        hub.on("/model.gguf", FakeServer.status(404, Map.of()));
        assertThatThrownBy(() -> open(null))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("model.gguf does not exist");
        assertThatThrownBy(() -> open(new HeaderCache(folder))).isInstanceOf(NotFoundException.class);
    }
}
