package dev.weighbridge.model.family.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.blueprint.ParameterCount;
import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VisionFamiliesTest {
    private static final Families FAMILIES = Families.of(VisionFamilies.all());

    @Test
    void countsClipLarge() {
        // transformers 5.17 on openai/clip-vit-large-patch14-336: 427,944,193 parameters
        Config config = named("CLIPModel")
                .with("projection_dim", 768L)
                .with(
                        "text_config",
                        Map.of(
                                "vocab_size", 49408L,
                                "hidden_size", 768L,
                                "intermediate_size", 3072L,
                                "num_hidden_layers", 12L,
                                "num_attention_heads", 12L,
                                "max_position_embeddings", 77L,
                                "hidden_act", "quick_gelu",
                                "layer_norm_eps", 1e-5))
                .with(
                        "vision_config",
                        Map.of(
                                "hidden_size", 1024L,
                                "intermediate_size", 4096L,
                                "num_hidden_layers", 24L,
                                "num_attention_heads", 16L,
                                "image_size", 336L,
                                "patch_size", 14L,
                                "hidden_act", "quick_gelu",
                                "layer_norm_eps", 1e-5));

        assertThat(ParameterCount.of(FAMILIES.blueprint(config)).total()).isEqualTo(427_944_193L);
    }

    @Test
    void leavesSiglipsPoolingOutWhereDenied() {
        Config config = tower("SiglipVisionModel").with("vision_use_head", false);

        assertThat(names(config)).noneMatch(name -> name.contains(".head."));
        assertThat(names(config.with("vision_use_head", true))).anyMatch(name -> name.endsWith(".head.probe"));
    }

    @Test
    void embedsOnePositionMoreThanPatchesWhereThereIsAClassToken() {
        assertThat(shape(tower("CLIPVisionModel"), "vision_model.embeddings.position_embedding.weight"))
                .isEqualTo(Shape.of(17, 8));
        assertThat(shape(tower("SiglipVisionModel"), "vision_model.embeddings.position_embedding.weight"))
                .isEqualTo(Shape.of(16, 8));
    }

    @Test
    void roundsDinosGatedFeedForwardUpToAMultipleOfEight() {
        // two thirds of 4 · 20 are 53; twice 56 in the fused matrix
        Config config = tower("Dinov2Model")
                .with("hidden_size", 20L)
                .with("num_attention_heads", 2L)
                .with("mlp_ratio", 4L)
                .with("use_swiglu_ffn", true);

        assertThat(shape(config, "encoder.layer.0.mlp.weights_in.weight")).isEqualTo(Shape.of(112, 20));
    }

    @Test
    void givesSamsWholeLayersRelativePositionsOfTheWholeImage() {
        Config config = tower("SamVisionModel")
                .with("output_channels", 4L)
                .with("window_size", 2L)
                .with("mlp_dim", 16L)
                .with("global_attn_indexes", List.of(1L));

        assertThat(shape(config, "vision_encoder.layers.0.attn.rel_pos_h")).isEqualTo(Shape.of(3, 4));
        assertThat(shape(config, "vision_encoder.layers.1.attn.rel_pos_h")).isEqualTo(Shape.of(7, 4));
    }

    @Test
    void refusesPatchesWithoutPixels() {
        assertThatThrownBy(() -> FAMILIES.blueprint(tower("CLIPVisionModel").with("patch_size", 0L)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("patch_size");
    }

    private static Config named(String architecture) {
        return Config.of(Map.of("architectures", List.of(architecture)));
    }

    /// A tower of two layers over four by four patches.
    private static Config tower(String architecture) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("architectures", List.of(architecture));
        values.put("hidden_size", 8L);
        values.put("intermediate_size", 16L);
        values.put("num_hidden_layers", 2L);
        values.put("num_attention_heads", 2L);
        values.put("image_size", 32L);
        values.put("patch_size", 8L);
        values.put("hidden_act", "gelu");
        values.put("layer_norm_eps", 1e-6);
        return Config.of(values);
    }

    private static List<String> names(Config config) {
        return FAMILIES.blueprint(config).parameters().stream()
                .map(PlacedParameter::name)
                .toList();
    }

    private static Shape shape(Config config, String name) {
        Blueprint blueprint = FAMILIES.blueprint(config);
        return blueprint.parameters().stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst()
                .orElseThrow()
                .shape();
    }
}
