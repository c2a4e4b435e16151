package dev.weighbridge.cli.fit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.cli.CliRun;
import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.model.config.Config;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FitCommandTest {
    private static final long MEBIBYTE = 1L << 20;

    /// Two layers of width 64 with two KV heads of 16: 2 · 2 · 16 · 2 layers · 2 bytes = 256 bytes of cache
    /// a token.
    private static final String TINY = """
            {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 256, "hidden_size": 64,
             "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "intermediate_size": 96,
             "max_position_embeddings": 1024, "tie_word_embeddings": true}
            """;

    @TempDir
    Path folder;

    /// The figures people are told of 7B models: 14 GB in 16 bits, 3.5 GB at half a byte.
    @Test
    void showsTheRulesOfThumbBesideExactFigures() {
        CliRun run = CliRun.weigh("fit", "llama-2-7b", "--device", "RTX 4090");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("  2 bytes a parameter       13.48 GB  F16 holds 13.48 GB, 16.00 bits each\n")
                .contains("  half a byte at 4 bits      3.37 GB  ");
    }

    @ParameterizedTest
    @CsvSource({
        // 70B in 16 bits takes two 80 GB GPUs, in 4 bits one.
        "llama-3.1-70b, F16, H100, 1, 1, does_not_fit",
        "llama-3.1-70b, F16, H100, 2, 0, fits",
        "llama-3.1-70b, Q4_K_M, H100, 1, 0, fits",
        // 7B in 4 bits on a GPU of 8 GB, in 16 bits not.
        "llama-2-7b, Q4_K_M, RTX 4060, 1, 0, fits",
        "llama-2-7b, F16, RTX 4060, 1, 1, does_not_fit",
        // 405B in 16 bits takes more than a node of eight 80 GB GPUs, in 8 bits one.
        "llama-3.1-405b, F16, H100, 8, 1, does_not_fit",
        "llama-3.1-405b, Q8_0, H100, 8, 0, fits"
    })
    void fitsWhatPeopleAreToldFits(
            String model, String precision, String device, String count, int exitCode, String verdict) {
        CliRun run =
                CliRun.weigh("fit", model, "--precision", precision, "--device", device, "--devices", count, "--json");

        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(object(run.out()).text("verdict")).isEqualTo(verdict);
    }

    /// As llama.cpp prints them, in MiB. Gemma 3 27B: 2,560 in ten global layers and 624 in 52 of 1,024 and 512
    /// cells. Qwen 3.6 27B: 16 layers with a cache, 149.625 of recurrent state in 48. DeepSeek V3: 576
    /// numbers in each of 61 layers, 274.5 at 4,096 tokens as for Kimi K2 of the same shape
    /// (Thireus/GGUF-Tool-Suite). Gemma in ik_llama.cpp: every position in every layer
    /// (ikawrakow/ik_llama.cpp#539).
    @ParameterizedTest
    @CsvSource({
        "gemma-3-27b, llama.cpp, 32k, 3184, 0",
        "qwen3.6-27b, llama.cpp, 32k, 2048, 149.625",
        "deepseek-v3, llama.cpp, 4k, 274.5, 0",
        "gemma-3-27b, ik_llama.cpp, 128k, 63488, 0"
    })
    void cachesWhatTheRuntimesPrint(String model, String runtime, String context, double cache, double state) {
        CliRun run = CliRun.weigh(
                "fit",
                model,
                "--runtime",
                runtime,
                "--context",
                context,
                "--precision",
                "Q4_0",
                "--device",
                "8xH200",
                "--json");

        Config memory = object(run.out()).part("memory");
        assertThat(memory.integer("kv_cache")).isEqualTo((long) (cache * MEBIBYTE));
        assertThat(memory.integer("recurrent_state")).isEqualTo((long) (state * MEBIBYTE));
    }

    @Test
    void showsTotalAndActiveOfAMixture() {
        CliRun run = CliRun.weigh("fit", "mixtral-8x7b", "--device", "H100", "--precision", "Q4_K_M");

        assertThat(run.out())
                .startsWith("mixtral-8x7b  46.7B parameters · 12.9B active · llama.cpp ")
                .contains("  active is not total    12.9B of 46.7B  ");
    }

    @Test
    void takesAConfigurationFileAsAModel() throws IOException {
        Path config = Files.writeString(folder.resolve("config.json"), TINY);

        CliRun run = CliRun.weigh(
                "fit", config.toString(), "--device", "RTX 4090", "--precision", "F16", "--context", "1024", "--json");

        Config answer = object(run.out());
        assertThat(answer.part("memory").integer("kv_cache")).isEqualTo(1024 * 256);
        assertThat(answer.integer("max_context")).isEqualTo(1024);
        assertThat(answer.part("parameters").integer("total")).isEqualTo(78_144);
        assertThat(run.err()).isEmpty();
    }

    @Test
    void writesAnArrayOverPrecisions() {
        CliRun run = CliRun.weigh("fit", "llama-3.2-1b", "--device", "RTX 4090", "--json");

        List<Object> answers = array(run.out());
        assertThat(answers).hasSizeGreaterThan(5);
        assertThat(run.out().lines()).hasSize(1);
    }

    @Test
    void tellsOnePrecisionAsAnObjectWithEveryField() {
        CliRun run = CliRun.weigh("fit", "llama-3.2-1b", "--device", "RTX 4090", "--precision", "Q8_0", "--json");

        Config answer = object(run.out());
        assertThat(answer.part("memory").values().keySet())
                .containsExactly(
                        "weights",
                        "kv_cache",
                        "recurrent_state",
                        "compute",
                        "compute_host",
                        "output",
                        "overhead",
                        "total");
        assertThat(answer.part("speed").values().keySet())
                .contains(
                        "prefill_tokens_per_s", "decode_tokens_per_s", "time_to_first_token_s", "bound", "error_band");
        Config memory = answer.part("memory");
        assertThat(memory.values().keySet().stream()
                        .filter(part -> !part.equals("total"))
                        .mapToLong(memory::integer)
                        .sum())
                .isEqualTo(memory.integer("total"));
    }

    @Test
    void saysWhatWouldMakeItFit() {
        CliRun run = CliRun.weigh("fit", "llama-3.1-70b", "--device", "A100", "--precision", "F16");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("  F16 does not fit: needs ")
                .contains("    would fit at Q8_0; with ")
                .contains("; on 2 × NVIDIA A100 SXM 80GB; on one NVIDIA H200 SXM 141GB\n");
    }

    @Test
    void divides70BillionAmongTwoDevices() {
        CliRun run = CliRun.weigh("fit", "llama-3.1-70b", "--device", "2xA100", "--precision", "F16");

        assertThat(run.out())
                .contains("  NVIDIA A100 SXM 80GB #0  ")
                .contains("  NVIDIA A100 SXM 80GB #1  ")
                .contains("  shared as whole layers to each\n");
    }

    @Test
    void leavesExpertsInTheMainMemoryThatIsNamed() {
        CliRun run = CliRun.weigh(
                "fit",
                "mixtral-8x7b",
                "--device",
                "RTX 3090",
                "--device",
                "64 GB DDR5-6000",
                "--precision",
                "Q4_K_M",
                "--json");

        assertThat(object(run.out()).text("verdict")).isEqualTo("fits_with_offload");
        assertThat(object(run.out()).part("placement").integer("host_expert_layers"))
                .isPositive();
    }

    @Test
    void derivesEveryFigureLineByLine() {
        CliRun run = CliRun.weigh("fit", "llama-3.1-8b", "--device", "H100", "--precision", "Q4_K_M", "--explain");

        assertThat(run.out())
                .startsWith("llama-3.1-8b at Q4_K_M with llama.cpp ")
                .contains("\nkv cache = 1,073,741,824 bytes (1.00 GiB), exact\n")
                .contains("\nlimits\n  NVIDIA H100 SXM 80GB: ")
                .endsWith("verdict: fits on one device\n");
    }

    @Test
    void plansTraining() {
        CliRun run = CliRun.weigh("fit", "llama-3.1-8b", "--train", "qlora", "--device", "RTX 4090");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("\nadapters of rank 16, AdamW, ")
                .contains(" on NF4 weights; 1 sequence of 2,048 tokens on each device\n")
                .contains("\n  16 bytes a parameter");
    }

    @Test
    void saysWhatWouldMakeTrainingFit() {
        CliRun run = CliRun.weigh("fit", "llama-3.1-8b", "--train", "full", "--device", "RTX 4090");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("with QLoRA");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fit llama-3.1-8b --device banana | 4 | weigh: no device is called 'banana'",
                "fit no-such-model --device H100 | 4 | weigh: no-such-model is neither a path that exists nor the name of a known model",
                "fit llama-3.1-8b --device H100 --precision Q9 | 2 | weigh: no precision is called 'Q9'",
                "fit llama-3.1-8b --device H100 --runtime notepad | 2 | weigh: no runtime is called 'notepad'",
                "fit llama-3.1-8b --device H100 --context 0 | 2 | weigh: invalid value for option '--context'",
                "fit llama-3.1-8b --device H100 --kv-type q7 | 2 | weigh: invalid value for option '--kv-type'",
                "fit llama-3.1-8b --device H100 --parallel 0 | 2 | weigh: --parallel must be at least 1, not 0",
                "fit llama-3.1-8b --device H100 --devices 0 | 2 | weigh: --devices must be from 1 to 4096, not 0",
                "fit llama-3.1-8b --devices 2 | 2 | weigh: --devices counts a device: name it with --device",
                "fit llama-3.1-8b --device H100 --gpu-memory-utilization 1.5 | 2 | weigh: a share of a device's memory",
                "fit llama-3.1-8b --device H100 --precision Q4_K_M --runtime transformers | 3 | weigh: ",
                "fit llama-3.1-8b --device H100 --train lora --zero 4 | 2 | weigh: --zero is 0, 1, 2 or 3, not 4"
            })
    void refusesBadInputInOneSentence(String command, int exitCode, String sentence) {
        CliRun run = CliRun.weigh(command.split(" "));

        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.err()).startsWith(sentence).doesNotContain("\tat ");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void suggestsTheDeviceThatWasMeant() {
        CliRun run = CliRun.weigh("fit", "llama-3.1-8b", "--device", "RTX 4091");

        assertThat(run.err()).contains("hint: did you mean ");
    }

    private static Config object(String json) {
        return Config.of(map(value(json)));
    }

    @SuppressWarnings("unchecked") // an object's keys are texts
    private static Map<String, @Nullable Object> map(Object value) {
        return (Map<String, @Nullable Object>) value;
    }

    @SuppressWarnings("unchecked") // what was written is an array
    private static List<Object> array(String json) {
        return (List<Object>) value(json);
    }

    private static Object value(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return Objects.requireNonNull(new JsonReader("answer", bytes, JsonReader.Dialect.STRICT).value());
    }
}
