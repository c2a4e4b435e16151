package dev.weighbridge.files.pytorch;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weighbridge.files.MemoryRepository;
import dev.weighbridge.files.StoredTensors;
import dev.weighbridge.model.error.WeighException;
import java.io.IOException;

/// Whatever a pickle says of its tensors, they are inside the file or the file is refused in one sentence.
class PickleReaderFuzzTest {
    @FuzzTest
    void placesTensorsInsideTheFile(FuzzedDataProvider data) throws IOException {
        byte[] storage = new byte[data.consumeInt(0, 1000)];
        PickleWriter pickle = PickleWriter.pickle().op('}').mark();
        int steps = data.consumeInt(0, 20);
        for (int i = 0; i < steps; i++) {
            step(pickle, data);
        }
        pickle.bytes(data.consumeRemainingAsBytes());
        byte[] file = new ZipWriter(64, false)
                .add("x/data.pkl", pickle.op('u').stop())
                .add("x/data/0", storage)
                .finish();
        try {
            StoredTensors.requireInside(PytorchReader.read(new MemoryRepository().with("x.pt", file), "x.pt"));
        } catch (WeighException e) {
            return;
        }
    }

    private static void step(PickleWriter pickle, FuzzedDataProvider data) {
        switch (data.consumeInt(0, 6)) {
            case 0 -> pickle.text(data.consumeString(10));
            case 1 -> pickle.integer(data.consumeLong());
            case 2 -> pickle.op(data.consumeByte());
            case 3 -> pickle.global(data.consumeString(10), data.consumeString(10));
            case 4 -> pickle.tensor("0", data.consumeLong(-1, 300), data.consumeLong(0, 3));
            case 5 ->
                pickle.text(data.consumeString(4))
                        .tensor(
                                data.pickValue(
                                        new String[] {"FloatStorage", "ByteStorage", "UntypedStorage", "Nothing"}),
                                "0",
                                data.consumeLong(),
                                data.consumeLong(),
                                data.consumeLongs(3),
                                data.consumeLongs(3));
            default -> pickle.storage("HalfStorage", "0", data.consumeLong());
        }
    }
}
