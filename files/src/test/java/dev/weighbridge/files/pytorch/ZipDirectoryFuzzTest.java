package dev.weighbridge.files.pytorch;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weighbridge.files.source.MemoryByteSource;
import dev.weighbridge.model.error.WeighException;
import java.io.IOException;

/// Whatever a zip directory says, its records are inside the file or the file is refused in one sentence.
class ZipDirectoryFuzzTest {
    @FuzzTest
    void placesRecordsInsideTheFile(FuzzedDataProvider data) throws IOException {
        byte[] bytes = data.consumeBoolean() ? written(data) : data.consumeRemainingAsBytes();
        try {
            ZipDirectory directory = ZipDirectory.read(new MemoryByteSource("x.zip", bytes));
            for (ZipDirectory.Entry entry : directory.entries()) {
                long offset = directory.dataOffset(entry);
                if (offset < 0 || offset > bytes.length - entry.storedBytes()) {
                    throw new AssertionError(entry + " lies outside the file");
                }
                directory.open(entry, 1 << 20);
            }
        } catch (WeighException e) {
            return;
        }
    }

    private static byte[] written(FuzzedDataProvider data) {
        ZipWriter zip = new ZipWriter(data.pickValue(new int[] {1, 64}), data.consumeBoolean());
        while (data.consumeBoolean()) {
            byte[] stored = data.consumeBytes(20);
            zip.add(
                    data.consumeString(5),
                    data.pickValue(new int[] {0, 8, 9}),
                    stored,
                    data.consumeBoolean() ? stored.length : data.consumeLong(),
                    data.consumeBoolean() ? 0 : data.consumeLong(),
                    data.consumeInt(0, 3));
        }
        return data.consumeBoolean()
                ? zip.finish()
                : zip.finish(data.consumeLong(), data.consumeLong(), data.consumeLong());
    }
}
