package dev.weighbridge.planner.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.files.config.ConfigReader;
import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.family.registry.AllFamilies;
import dev.weighbridge.planner.anatomy.Anatomy;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatedPrecisionTest {
    private static final String LLAMA = """
            {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 64, "intermediate_size": 96,
             "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16,
             "vocab_size": 256, "tie_word_embeddings": false, "dtype": "bfloat16"%s}
            """;
    private static final String GPT_OSS = """
            {"architectures": ["GptOssForCausalLM"], "model_type": "gpt_oss", "hidden_size": 64,
             "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
             "head_dim": 16, "vocab_size": 256, "num_local_experts": 4, "num_experts_per_tok": 2,
             "tie_word_embeddings": false, "attention_bias": true%s}
            """;

    /// Bytes of tensor data in folders that hold the layouts of those quantisers for this shape.
    /// bitsandbytes also keeps 80 bytes of JSON for each of the 14 matrices, which no program loads as
    /// weights.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    189056 |
                    127672 | {"quant_method": "fp8", "weight_block_size": [128, 128], "activation_scheme": "dynamic"}
                    131214 | {"quant_method": "bitsandbytes", "load_in_8bit": true}
                    101632 | {"quant_method": "bitsandbytes", "load_in_4bit": true, "bnb_4bit_quant_type": "nf4"}
                    105536 | {"quant_method": "gptq", "bits": 4, "group_size": 32, "sym": true}
                    97616  | {"quant_method": "gptq", "bits": 3, "group_size": 32, "sym": true}
                    101696 | {"quant_method": "awq", "bits": 4, "group_size": 32, "zero_point": true}
                    100848 | {"quant_method": "modelopt", "quant_algo": "NVFP4", "group_size": 16}
                    """)
    void countsEveryByteOfAQuantizersLayout(long bytes, String quantization) {
        Anatomy anatomy = anatomy(LLAMA, quantization);

        long total = Precisions.asStored().store(anatomy).total();

        assertThat(total).isEqualTo(bytes);
    }

    @Test
    void packsTheGroupsOfCompressedTensorsAlongTheInputs() {
        Anatomy anatomy = anatomy(LLAMA, """
                {"quant_method": "compressed-tensors", "format": "pack-quantized", "config_groups": {"group_0":
                 {"weights": {"num_bits": 4, "group_size": 32, "type": "int"}, "targets": ["Linear"]}}}
                """);

        assertThat(Precisions.asStored().store(anatomy).total()).isEqualTo(100960);
    }

    @Test
    void quantizesOnlyTheExpertsOfGptOss() {
        Anatomy anatomy = anatomy(GPT_OSS, "{\"quant_method\": \"mxfp4\"}");

        assertThat(Precisions.asStored().store(anatomy).total()).isEqualTo(199584);
    }

    @Test
    void leavesModulesAloneThatTheConfigurationNames() {
        String all = "{\"quant_method\": \"fp8\", \"modules_to_not_convert\": [%s]}";
        long none = total(all.formatted(""));
        long matrix = 64L * 96;

        assertThat(total(all.formatted("\"model.layers.1.mlp.down_proj\""))).isEqualTo(none + matrix - 4);
        assertThat(total(all.formatted("\"down_proj\""))).isEqualTo(none + 2 * (matrix - 4));
        assertThat(total(all.formatted("\"model.layers.*.mlp*\""))).isEqualTo(none + 6 * (matrix - 4));
        assertThat(total(all.formatted("\"re:.*mlp\\\\.(up|down)_proj$\""))).isEqualTo(none + 4 * (matrix - 4));
        assertThat(total(all.formatted("\"re:(a+)+$\""))).isEqualTo(none);
    }

    @Test
    void refusesAQuantizerThatItDoesNotKnow() {
        Anatomy anatomy = anatomy(LLAMA, "{\"quant_method\": \"sparkle\"}");

        assertThatThrownBy(() -> Precisions.asStored().store(anatomy))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("sparkle");
    }

    @Test
    void refusesAnImpossibleNumberOfBits() {
        Anatomy anatomy = anatomy(LLAMA, "{\"quant_method\": \"gptq\", \"bits\": 400}");

        assertThatThrownBy(() -> Precisions.asStored().store(anatomy)).isInstanceOf(MalformedException.class);
    }

    private static long total(String quantization) {
        return Precisions.asStored().store(anatomy(LLAMA, quantization)).total();
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // the text is an object, whose keys are texts
    private static Anatomy anatomy(String model, String quantization) {
        String text = model.formatted(
                quantization == null || quantization.isBlank() ? "" : ", \"quantization_config\": " + quantization);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Object value = new JsonReader("config.json", bytes, JsonReader.Dialect.STRICT).value();
        Config config = ConfigReader.resolve(Config.of((Map<String, Object>) value));
        return Anatomy.of("tiny", AllFamilies.families().blueprint(config));
    }
}
