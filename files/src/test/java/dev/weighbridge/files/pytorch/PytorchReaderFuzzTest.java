package dev.weighbridge.files.pytorch;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weighbridge.files.MemoryRepository;
import dev.weighbridge.files.StoredTensors;
import dev.weighbridge.model.error.WeighException;
import java.io.IOException;

/// Whatever the bytes of a file, it is read or refused in one sentence, and no tensor lies outside it.
class PytorchReaderFuzzTest {
    @FuzzTest
    void readsOrRefusesAnyFile(FuzzedDataProvider data) throws IOException {
        byte[] bytes = data.consumeRemainingAsBytes();
        try {
            StoredTensors.requireInside(PytorchReader.read(new MemoryRepository().with("x.pt", bytes), "x.pt"));
        } catch (WeighException e) {
            return;
        }
    }
}
