package dev.weighbridge.model.family.hybrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.family.registry.AllFamilies;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NemotronHybridFamilyTest {
    private static Config config(String field, Object pattern) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("architectures", List.of("NemotronHForCausalLM"));
        fields.put("vocab_size", 100L);
        fields.put("hidden_size", 32L);
        fields.put("intermediate_size", 64L);
        fields.put("mlp_hidden_act", "relu2");
        fields.put("num_attention_heads", 4L);
        fields.put("num_key_value_heads", 2L);
        fields.put("head_dim", 8L);
        fields.put("mamba_num_heads", 4L);
        fields.put("mamba_head_dim", 8L);
        fields.put("n_groups", 2L);
        fields.put("ssm_state_size", 16L);
        fields.put("conv_kernel", 4L);
        fields.put("chunk_size", 8L);
        fields.put(field, pattern);
        return Config.of(fields);
    }

    private static List<String> names(Config config) {
        return AllFamilies.families().blueprint(config).parameters().stream()
                .map(PlacedParameter::name)
                .toList();
    }

    @Test
    void readsALayerFromEveryLetterOfThePattern() {
        assertThat(names(config("hybrid_override_pattern", "M*-")))
                .contains(
                        "backbone.layers.0.mixer.A_log",
                        "backbone.layers.1.mixer.q_proj.weight",
                        "backbone.layers.2.mixer.up_proj.weight")
                .doesNotContain("backbone.layers.3.norm.weight");
    }

    @Test
    void takesAListForThePatternItSpells() {
        assertThat(names(config("layers_block_type", List.of("mamba", "attention", "mlp"))))
                .isEqualTo(names(config("hybrid_override_pattern", "M*-")));
    }

    @Test
    void refusesALetterItDoesNotKnow() {
        assertThatThrownBy(() -> names(config("hybrid_override_pattern", "MX")))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("layers_block_type")
                .hasMessageContaining("X");
    }
}
