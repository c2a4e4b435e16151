package dev.weighbridge.files.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileByteSourceTest {
    @TempDir
    Path folder;

    @Test
    void readsTheSameBytesWhateverTheOrderAndTheLengths() throws IOException {
        long seed = 20260101;
        Random random = new Random(seed);
        byte[] bytes = new byte[300_000];
        random.nextBytes(bytes);
        Path path = Files.write(folder.resolve("data"), bytes);

        try (ByteSource source = FileByteSource.open("data", path)) {
            for (int i = 0; i < 2_000; i++) {
                int offset = random.nextInt(bytes.length + 1);
                int length = Math.min(bytes.length - offset, random.nextInt(random.nextBoolean() ? 100 : 100_000));
                ByteBuffer target = ByteBuffer.allocate(length);

                source.readFully(offset, target);

                assertThat(target.array())
                        .as("seed %d, offset %d, length %d", seed, offset, length)
                        .isEqualTo(Arrays.copyOfRange(bytes, offset, offset + length));
            }
        }
    }

    @Test
    void takesASmallFileInOneRead() throws IOException {
        Path path = Files.write(folder.resolve("data"), new byte[5_000]);

        try (ByteSource source = FileByteSource.open("data", path)) {
            for (int offset = 0; offset < 5_000; offset += 8) {
                source.readFully(offset, ByteBuffer.allocate(8));
            }

            assertThat(source.bytesRead()).isEqualTo(5_000);
        }
    }

    @Test
    void refusesARangeBeyondTheEnd() throws IOException {
        Path path = Files.write(folder.resolve("data"), new byte[10]);

        try (ByteSource source = FileByteSource.open("data", path)) {
            assertThatThrownBy(() -> source.readFully(8, ByteBuffer.allocate(3)))
                    .isInstanceOf(EOFException.class);
            assertThatThrownBy(() -> source.readFully(-1, ByteBuffer.allocate(3)))
                    .isInstanceOf(EOFException.class);
            assertThatThrownBy(() -> source.readFully(Long.MAX_VALUE, ByteBuffer.allocate(3)))
                    .isInstanceOf(EOFException.class);
        }
    }
}
