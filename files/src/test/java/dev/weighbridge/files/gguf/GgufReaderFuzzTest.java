package dev.weighbridge.files.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weighbridge.files.MemoryRepository;
import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.checkpoint.StoredTensor;
import dev.weighbridge.model.error.WeighException;
import dev.weighbridge.model.packing.Unpacking;
import java.io.IOException;

class GgufReaderFuzzTest {
    /// The magic and the version are given, or most inputs would be refused for them.
    private static byte[] file(byte[] rest) {
        byte[] file = new byte[8 + rest.length];
        System.arraycopy(new byte[] {'G', 'G', 'U', 'F', 3, 0, 0, 0}, 0, file, 0, 8);
        System.arraycopy(rest, 0, file, 8, rest.length);
        return file;
    }

    @FuzzTest
    void readsOrRefuses(byte[] rest) throws IOException {
        byte[] file = file(rest);
        try {
            readsTheSameInFull(file);
            Checkpoint checkpoint = GgufReader.read(new MemoryRepository().with("m.gguf", file), "m.gguf");

            for (StoredTensor tensor : checkpoint.tensors()) {
                assertThat(tensor.offset()).isBetween(0L, (long) file.length);
                assertThat(tensor.offset() + tensor.bytes()).isLessThanOrEqualTo(file.length);
            }
            assertThat(Unpacking.of(checkpoint).tensors()).hasSameSizeAs(checkpoint.tensors());
        } catch (WeighException refused) {
            assertThat(refused).hasMessageMatching("(?s).{10,}");
        }
    }

    private static void readsTheSameInFull(byte[] file) throws IOException {
        GgufHeader brief = GgufReader.readHeader(MemoryRepository.source("m.gguf", file));
        GgufHeader full = GgufReader.readHeaderInFull(MemoryRepository.source("m.gguf", file));

        assertThat(full.tensors()).isEqualTo(brief.tensors());
        assertThat(full.metadata().names()).isEqualTo(brief.metadata().names());
    }
}
