package dev.weighbridge.files.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weighbridge.files.MemoryRepository;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

class ConfigReaderFuzzTest {
    private static final String[] TYPES = {"", "qwen2_vl", "gemma3", "gpt2", "phi3", "gpt_neox", "llava", "unheard_of"};

    @FuzzTest
    void readsOrRefuses(FuzzedDataProvider input) throws IOException {
        String type = input.pickValue(TYPES);
        String rest = input.consumeRemainingAsString();
        String json = type.isEmpty() ? rest : "{\"model_type\":\"" + type + "\"," + rest + "}";
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        try {
            Config config = ConfigReader.read(MemoryRepository.source("config.json", bytes))
                    .config();

            assertThat(ConfigReader.resolve(config).names()).containsAll(config.names());
        } catch (MalformedException refused) {
            assertThat(refused).hasMessageMatching("(?s)(config\\.json|config field) .*");
        }
    }
}
