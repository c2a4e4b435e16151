package dev.weighbridge.files.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weighbridge.files.MemoryRepository;
import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.error.WeighException;
import dev.weighbridge.model.packing.LogicalTensor;
import dev.weighbridge.model.packing.Unpacking;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;

class SafetensorsReaderFuzzTest {
    @FuzzTest
    void readsOrRefuses(FuzzedDataProvider input) throws IOException {
        int dataBytes = input.consumeInt(0, 64);
        boolean isTrueLength = input.consumeBoolean();
        long length = input.consumeLong();
        byte[] header = input.consumeRemainingAsBytes();
        byte[] file = ByteBuffer.allocate(8 + header.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(isTrueLength ? header.length : length)
                .put(header)
                .array();
        try {
            Checkpoint checkpoint =
                    SafetensorsReader.read(new MemoryRepository().with("m.safetensors", file), "m.safetensors");

            if (isTrueLength) {
                assertThat(checkpoint.tensorBytes()).isEqualTo(dataBytes);
            }
            Unpacking unpacking = Unpacking.of(checkpoint);
            assertThat(unpacking.tensors().stream()
                                    .map(LogicalTensor::stored)
                                    .mapToInt(Collection::size)
                                    .sum()
                            + unpacking.storageOnly().size())
                    .isEqualTo(checkpoint.tensors().size());
        } catch (WeighException refused) {
            assertThat(refused).hasMessageContaining("m.safetensors");
        }
    }
}
