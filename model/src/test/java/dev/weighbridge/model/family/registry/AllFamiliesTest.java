package dev.weighbridge.model.family.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.family.Families;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AllFamiliesTest {
    @Test
    void letsNoTwoFamiliesClaimOneArchitecture() {
        Families families = AllFamilies.families();

        // Taking in every group fails where two claim a name.
        assertThat(families.architectures()).contains("LlamaForCausalLM", "ResNetForImageClassification");
        assertThat(families.modelTypes()).contains("llama", "resnet");
    }

    @Test
    void findsAnArchitectureOfTheLastGroup() {
        assertThat(AllFamilies.families().knows("PatchTSTModel")).isTrue();
        assertThat(AllFamilies.families().knows("NoSuchModel")).isFalse();
    }

    @Test
    void namesTheNearestArchitectures() {
        Config config = Config.of(Map.of("architectures", List.of("Lllama9ForCausalLM")));

        assertThatThrownBy(() -> AllFamilies.families().blueprint(config))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("no family knows the architecture Lllama9ForCausalLM; nearest known: L");
    }
}
