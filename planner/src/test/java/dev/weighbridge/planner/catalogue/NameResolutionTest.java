package dev.weighbridge.planner.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NameResolutionTest {
    private static final Catalogue CATALOGUE = Catalogue.embedded();

    @ParameterizedTest
    @CsvSource({
        "unsloth/Qwen3.6-35B-A3B-GGUF, qwen3.6-35b-a3b",
        "Qwen_Qwen3.5-9B-Q4_K_M.gguf, qwen3.5-9b",
        "hf.co/unsloth/Mistral-Small-3.2-24B-Instruct-2506-GGUF:Q4_K_M, mistral-small-3.2-24b",
        "RedHatAI/Meta-Llama-3.1-8B-Instruct-quantized.w8a8, llama-3.1-8b",
        "mlx-community/Qwen3.5-4B-MLX-8bit, qwen3.5-4b",
        "nvidia/Qwen3.6-27B-NVFP4, qwen3.6-27b",
        "hf.co/unsloth/Qwen3.6-27B-MTP-GGUF:UD-Q4_K_XL, qwen3.6-27b",
        "cyankiwi/gemma-4-26B-A4B-it-qat-AWQ-INT4, gemma-4-26b-a4b",
        "TinyLlama-1.1B-Chat-v1.0.i1-Q4_K_M.gguf, tinyllama-1.1b",
        "starcoder2-3b.Q4_K_M.gguf, starcoder2-3b",
        "shisa-v2-llama3.1-8b, shisa-v2-llama3.1-8b",
        "AEON-7/Qwen3.6-27B-AEON-Ultimate-Uncensored-NVFP4, qwen3.6-27b",
        "/srv/models/Qwen3-235B-A22B-FP8, qwen3-235b-a22b",
        "/srv/models/Qwen3-8B/model.safetensors, qwen3-8b",
        "/srv/Qwen3-8B/model-00001-of-00005.safetensors, qwen3-8b",
        "Llama-3_3-Nemotron-Super-49B-v1_5, llama-3.3-nemotron-super-49b",
        "Qwen3.5-122B, qwen3.5-122b-a10b",
        "deepseek-ai_DeepSeek-V3-Q4_K_M.gguf, deepseek-v3",
    })
    void reducesAPackagingToItsModel(String name, String model) {
        assertThat(CATALOGUE.resolve(name)).map(KnownModel::name).hasValue(model);
    }

    @ParameterizedTest
    @CsvSource({
        "Mistral-7B-Instruct-v0.3-Q4_K_M.gguf, mistral-7b-v0.3",
        "Qwen3-4B-Instruct-2507-Q4_K_M.gguf, qwen3-4b-2507",
        "Qwen2.5-Coder-7B-Instruct-GGUF, qwen2.5-coder-7b",
        "casperhansen/deepseek-r1-distill-qwen-14b-awq, deepseek-r1-distill-qwen-14b",
        "nvidia_Llama-3.1-Nemotron-Nano-8B-v1-Q4_K_M.gguf, llama-3.1-nemotron-nano-8b",
        "glm-4-9b-chat-Q4_K_M.gguf, glm-4-9b-chat",
    })
    void takesTheNameThatAccountsForMost(String name, String model) {
        assertThat(CATALOGUE.resolve(name)).map(KnownModel::name).hasValue(model);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Qwen3-8B-Vision-Instruct",
                "llava-v1.6-mistral-7b-hf",
                "Qwen3-30B-A3B-eagle3",
                "GLM-4.5-Air-REAP-82B-A12B",
                "some-model-of-mine",
                "llama-3.1-8b-lora",
                "Qwen3-9000B",
                "",
                "///",
                "Q4_K_M.gguf"
            })
    void leavesANameThatMeansAnotherModelAlone(String name) {
        assertThat(CATALOGUE.resolve(name)).isEmpty();
    }

    @Test
    void keepsEveryKnownNameApartFromAllOthers() {
        for (KnownModel model : CATALOGUE.models()) {
            assertThat(CATALOGUE.resolve(model.repository() + "-GGUF"))
                    .as(model.repository())
                    .map(KnownModel::config)
                    .hasValue(model.config());
        }
    }

    @Test
    void answersAnyTextWithoutFailing() {
        long seed = 20_261_122;
        Random random = new Random(seed);
        String alphabet = "qwenllama3.1-_:/ bQ4K\\\u00e9\ud83d\ude00";
        for (int round = 0; round < 500; round++) {
            StringBuilder name = new StringBuilder();
            for (int length = random.nextInt(40); length > 0; length--) {
                name.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }

            assertThat(CATALOGUE.resolve(name.toString()))
                    .as("seed %d, %s", seed, name)
                    .isNotNull();
        }
    }
}
