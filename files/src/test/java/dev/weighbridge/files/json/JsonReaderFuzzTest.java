package dev.weighbridge.files.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weighbridge.files.json.JsonReader.Dialect;
import dev.weighbridge.model.error.MalformedException;
import org.jspecify.annotations.Nullable;

class JsonReaderFuzzTest {
    @FuzzTest
    void readsOrRefuses(byte[] json) {
        Object strict = read(json, Dialect.STRICT);
        Object python = read(json, Dialect.PYTHON);

        if (strict != null) {
            assertThat(python).isEqualTo(strict);
        }
    }

    private static @Nullable Object read(byte[] json, Dialect dialect) {
        JsonReader reader = new JsonReader("f.json", json, dialect);
        try {
            Object value = reader.value();
            reader.endDocument();
            return value;
        } catch (MalformedException refused) {
            assertThat(refused).hasMessageStartingWith("f.json ");
            return null;
        }
    }
}
