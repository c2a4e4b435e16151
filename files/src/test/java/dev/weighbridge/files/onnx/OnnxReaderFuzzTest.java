package dev.weighbridge.files.onnx;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weighbridge.files.MemoryRepository;
import dev.weighbridge.files.StoredTensors;
import dev.weighbridge.model.error.WeighException;
import java.io.IOException;

/// Whatever the bytes of a model, it is read or refused in one sentence, and no tensor lies outside it.
class OnnxReaderFuzzTest {
    @FuzzTest
    void readsOrRefusesAnyModel(FuzzedDataProvider data) throws IOException {
        byte[] file = data.consumeBoolean() ? data.consumeRemainingAsBytes() : written(data);
        try {
            StoredTensors.requireInside(OnnxReader.read(new MemoryRepository().with("x.onnx", file), "x.onnx"));
        } catch (WeighException e) {
            return;
        }
    }

    private static byte[] written(FuzzedDataProvider data) {
        ProtoWriter graph = ProtoWriter.message();
        while (data.consumeBoolean()) {
            ProtoWriter tensor = ProtoWriter.message();
            for (long dimension : data.consumeLongs(3)) {
                tensor.integer(1, dimension);
            }
            tensor.integer(2, data.consumeInt(0, 30)).text(8, data.consumeString(3));
            tensor.bytes(data.pickValue(new int[] {4, 5, 9}), data.consumeBytes(50));
            graph.message(data.pickValue(new int[] {5, 5, 15}), tensor);
        }
        graph.bytes(1, data.consumeRemainingAsBytes());
        return ProtoWriter.message()
                .message(7, graph)
                .message(8, ProtoWriter.message().integer(2, 17))
                .toByteArray();
    }
}
