package dev.weighbridge.files.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.files.MemoryRepository;
import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {
    private static ConfigReader.Reading reading(String json) throws IOException {
        return ConfigReader.read(MemoryRepository.source("config.json", json.getBytes(StandardCharsets.UTF_8)));
    }

    private static Config read(String json) throws IOException {
        return reading(json).config();
    }

    @Test
    void fillsInTheDefaultsOfTheClass() throws IOException {
        Config config = read("{\"model_type\":\"llama\",\"hidden_size\":64}");

        assertThat(config.size("hidden_size")).isEqualTo(64);
        assertThat(config.size("vocab_size")).isEqualTo(32000);
        assertThat(config.count("num_hidden_layers")).isEqualTo(32);
        assertThat(config.flag("tie_word_embeddings", true)).isFalse();
        assertThat(config.integer("num_labels")).isEqualTo(2);
    }

    @Test
    void keepsWhatTheFileSaysAsItIs() throws IOException {
        ConfigReader.Reading reading = reading("{\"model_type\":\"llama\",\"head_dim\":null,\"unheard_of\":[1]}");

        assertThat(reading.raw().names()).containsExactly("model_type", "head_dim", "unheard_of");
        assertThat(reading.config().values()).containsEntry("head_dim", null).containsEntry("unheard_of", List.of(1L));
    }

    @Test
    void answersToBothNamesOfAField() throws IOException {
        Config own = read("{\"model_type\":\"gpt2\",\"n_embd\":64}");
        Config common = read("{\"model_type\":\"gpt2\",\"hidden_size\":64}");

        assertThat(own.size("hidden_size")).isEqualTo(64);
        assertThat(common.size("n_embd")).isEqualTo(64);
        assertThat(own.count("num_hidden_layers")).isEqualTo(12);
    }

    @Test
    void leavesUnknownClassesAsTheyAre() throws IOException {
        Config config = read("{\"model_type\":\"unheard_of\",\"hidden_size\":64,\"torch_dtype\":\"bfloat16\","
                + "\"vision_config\":{\"model_type\":\"clip_vision_model\",\"patch_size\":16}}");

        assertThat(config.names())
                .containsExactlyInAnyOrder("model_type", "hidden_size", "torch_dtype", "dtype", "vision_config");
        assertThat(config.text("dtype")).isEqualTo("bfloat16");
        assertThat(config.part("vision_config").size("hidden_size")).isEqualTo(768);
        assertThat(config.part("vision_config").size("patch_size")).isEqualTo(16);
    }

    @Test
    void fillsInNestedClassesEvenWhereTheFileHasNone() throws IOException {
        Config config = read("{\"model_type\":\"gemma3\",\"text_config\":{\"hidden_size\":64}}");

        assertThat(config.part("text_config").text("model_type")).isEqualTo("gemma3_text");
        assertThat(config.part("text_config").size("hidden_size")).isEqualTo(64);
        assertThat(config.part("text_config").size("vocab_size")).isEqualTo(262208);
        assertThat(config.part("vision_config").text("model_type")).isEqualTo("siglip_vision_model");
        assertThat(config.part("vision_config").size("hidden_size")).isEqualTo(768);
    }

    @Test
    void letsANestedModelTypeChooseItsClassWhereTheParentAllows() throws IOException {
        Config config = read("{\"model_type\":\"llava\",\"text_config\":{\"model_type\":\"mistral\"}}");

        assertThat(config.part("text_config").text("model_type")).isEqualTo("mistral");
        assertThat(config.part("text_config").size("intermediate_size")).isEqualTo(14336);
    }

    @Test
    void takesFlatFieldsForTheTextPartWhereOlderFilesHaveThem() throws IOException {
        Config config = read("{\"model_type\":\"qwen2_vl\",\"hidden_size\":64,\"rope_theta\":5,"
                + "\"rope_scaling\":{\"type\":\"mrope\",\"mrope_section\":[1,2,3]}}");

        Config text = config.part("text_config");
        assertThat(text.size("hidden_size")).isEqualTo(64);
        assertThat(text.part("rope_parameters").number("rope_theta")).isEqualTo(5);
        assertThat(text.part("rope_parameters").text("rope_type")).isEqualTo("default");
    }

    @Test
    void bringsRotarySettingsIntoOneForm() throws IOException {
        Config plain = read("{\"model_type\":\"llama\",\"rope_theta\":500000.0}");
        Config scaled = read("{\"model_type\":\"llama\",\"rope_theta\":500000.0,\"max_position_embeddings\":8,"
                + "\"rope_scaling\":{\"type\":\"yarn\",\"factor\":2}}");
        Config absent = read("{\"model_type\":\"mixtral\"}");
        Config neox = read("{\"model_type\":\"gpt_neox\",\"rotary_pct\":0.5,\"rotary_emb_base\":7}");
        Config layered = read("{\"model_type\":\"gemma3_text\",\"rope_local_base_freq\":9,"
                + "\"rope_scaling\":{\"rope_type\":\"linear\",\"factor\":8}}");

        assertThat(plain.part("rope_parameters").values())
                .isEqualTo(Map.of("rope_theta", 500000.0, "rope_type", "default"));
        assertThat(scaled.part("rope_parameters").values())
                .containsEntry("rope_type", "yarn")
                .containsEntry("factor", 2L)
                .containsEntry("original_max_position_embeddings", 8L);
        assertThat(scaled.has("rope_scaling")).isFalse();
        assertThat(absent.part("rope_parameters").number("rope_theta")).isEqualTo(1_000_000);
        assertThat(neox.part("rope_parameters").number("partial_rotary_factor")).isEqualTo(0.5);
        assertThat(neox.part("rope_parameters").number("rope_theta")).isEqualTo(7);
        assertThat(layered.part("rope_parameters").part("full_attention").values())
                .isEqualTo(Map.of("rope_type", "linear", "factor", 8L, "rope_theta", 1_000_000.0));
        assertThat(layered.part("rope_parameters").part("sliding_attention").values())
                .isEqualTo(Map.of("rope_type", "default", "rope_theta", 9L));
    }

    @Test
    void dropsAWindowThatIsSwitchedOff() throws IOException {
        assertThat(read("{\"model_type\":\"qwen2\",\"sliding_window\":8}").has("sliding_window"))
                .isFalse();
        assertThat(read("{\"model_type\":\"qwen2\",\"sliding_window\":8,\"use_sliding_window\":true}")
                        .size("sliding_window"))
                .isEqualTo(8);
    }

    @Test
    void countsLabels() throws IOException {
        assertThat(read("{\"model_type\":\"bert\",\"id2label\":{\"0\":\"a\",\"1\":\"b\",\"2\":\"c\"}}")
                        .integer("num_labels"))
                .isEqualTo(3);
    }

    @Test
    void readsNumbersThatJsonLacks() throws IOException {
        Config config = read("{\"a\":{\"__float__\":\"Infinity\"},\"b\":[{\"__float__\":\"NaN\"}],\"c\":-Infinity}");

        assertThat(config.number("a")).isInfinite();
        assertThat(config.numbers("b")).containsExactly(Double.NaN);
        assertThat(config.number("c")).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @Test
    void stepsOverAByteOrderMark() throws IOException {
        assertThat(read("\uFEFF{\"a\":1}").integer("a")).isEqualTo(1);
    }

    @Test
    void reportsRepeatedFields() throws IOException {
        assertThat(reading("{\"a\":1,\"a\":2}").findings())
                .extracting(Finding::tensor)
                .containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "\"text\"",
                "{\"model_type\": \"llama\",",
                "{}x",
                "{\"model_type\":\"llama\",\"num_attention_heads\":\"32\"}",
                "{\"model_type\":\"gpt2\",\"hidden_size\":\"32\"}",
                "{\"model_type\":\"gemma3\",\"text_config\":{\"hidden_size\":\"64\"}}",
                "{\"model_type\":\"llama\",\"rope_scaling\":4}"
            })
    void refusesWhatIsNoConfig(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(MalformedException.class);
    }

    @Test
    void namesTheNestedFieldItRefuses() {
        assertThatThrownBy(() -> read("{\"model_type\":\"gemma3\",\"text_config\":{\"hidden_size\":\"64\"}}"))
                .hasMessage("config field text_config.hidden_size must be a number, found \"64\"");
    }

    @Test
    void refusesHugeFiles() {
        assertThatThrownBy(() -> ConfigReader.read(MemoryRepository.source("config.json", new byte[(1 << 24) + 1])))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("16777216");
    }

    @Test
    void findsTheFirstAndTheLastClassOfTheTable() {
        assertThat(ClassDefaults.find("#BarkSubModelConfig")).isPresent();
        assertThat(ClassDefaults.find("zoedepth")).isPresent();
        assertThat(ClassDefaults.find("")).isEmpty();
        assertThat(ClassDefaults.find("\uffff")).isEmpty();
        assertThat(ClassDefaults.find("llam")).isEmpty();
    }
}
