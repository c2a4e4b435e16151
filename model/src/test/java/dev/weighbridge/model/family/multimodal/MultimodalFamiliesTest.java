package dev.weighbridge.model.family.multimodal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.registry.AllFamilies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MultimodalFamiliesTest {
    private static final Families FAMILIES = AllFamilies.families();

    @Test
    void takesTheTieOfAnOlderLlavaFromItsLanguageModel() {
        Config config = llava(text("llama", Map.of("tie_word_embeddings", true)));

        assertThat(parameters(config))
                .filteredOn(PlacedParameter::isTied)
                .extracting(PlacedParameter::name)
                .containsExactly("language_model.lm_head.weight");
    }

    @Test
    void readsSeveralLayersOfTheTowerSideBySide() {
        Config config = llava(text("llama", Map.of())).with("vision_feature_layer", List.of(-2L, -1L));

        assertThat(parameters(config))
                .filteredOn(parameter -> parameter.name().equals("multi_modal_projector.linear_1.weight"))
                .singleElement()
                .satisfies(parameter -> assertThat(parameter.shape().toArray()).containsExactly(16, 16));
    }

    @Test
    void findsTheLanguageModelOfAnEarlyQwenAtTheTop() {
        Map<String, Object> values = new LinkedHashMap<>(text("qwen2_vl_text", Map.of("num_hidden_layers", 3L)));
        values.put("architectures", List.of("Qwen2VLForConditionalGeneration"));
        values.put("model_type", "qwen2_vl");
        values.put("text_config", text("qwen2_vl_text", Map.of("num_hidden_layers", 80L)));
        values.put(
                "vision_config",
                Map.of(
                        "embed_dim", 8L,
                        "hidden_size", 16L,
                        "num_heads", 2L,
                        "depth", 1L,
                        "mlp_ratio", 4L,
                        "in_channels", 3L,
                        "patch_size", 4L,
                        "temporal_patch_size", 2L,
                        "spatial_merge_size", 2L,
                        "hidden_act", "quick_gelu"));

        assertThat(parameters(Config.of(values)))
                .extracting(PlacedParameter::name)
                .contains("model.layers.2.self_attn.q_proj.weight")
                .doesNotContain("model.layers.3.self_attn.q_proj.weight");
    }

    @Test
    void letsQwensTowerAttendToTheWholeImageInFewLayersOnly() {
        // 112 pixels are 8 patches of 14 on a side
        Config tower = Config.of(Map.ofEntries(
                Map.entry("model_type", "qwen2_5_vl_vision"),
                Map.entry("hidden_size", 8L),
                Map.entry("intermediate_size", 16L),
                Map.entry("out_hidden_size", 16L),
                Map.entry("num_heads", 2L),
                Map.entry("depth", 3L),
                Map.entry("in_channels", 3L),
                Map.entry("patch_size", 14L),
                Map.entry("temporal_patch_size", 2L),
                Map.entry("spatial_merge_size", 2L),
                Map.entry("window_size", 112L),
                Map.entry("fullatt_block_indexes", List.of(1L)),
                Map.entry("hidden_act", "silu")));

        assertThat(all(FAMILIES.backbone(tower)))
                .filteredOn(Attention.class::isInstance)
                .extracting(block -> ((Attention) block).span())
                .containsExactly(Span.bidirectionalChunk(64), Span.bidirectional());
    }

    @Test
    void numbersErniesVisionExpertsBehindThoseOfText() {
        Config text = Config.of(text(
                "ernie4_5_vl_moe_text",
                Map.of(
                        "moe_num_experts", 4L,
                        "moe_k", 2L,
                        "moe_num_shared_experts", 1L,
                        "moe_intermediate_size", List.of(6L, 3L))));

        assertThat(new Blueprint("", "", text, FAMILIES.backbone(text)).parameters())
                .filteredOn(
                        parameter -> parameter.name().matches("layers\\.1\\.mlp\\.experts\\.\\d+\\.up_proj\\.weight"))
                .extracting(
                        parameter -> parameter.name() + " " + parameter.shape().dimension(0))
                .containsExactly(
                        "layers.1.mlp.experts.0.up_proj.weight 6",
                        "layers.1.mlp.experts.1.up_proj.weight 6",
                        "layers.1.mlp.experts.2.up_proj.weight 6",
                        "layers.1.mlp.experts.3.up_proj.weight 6",
                        "layers.1.mlp.experts.4.up_proj.weight 3",
                        "layers.1.mlp.experts.5.up_proj.weight 3",
                        "layers.1.mlp.experts.6.up_proj.weight 3",
                        "layers.1.mlp.experts.7.up_proj.weight 3");
    }

    @Test
    void takesAPartThatBearsTheTypeOfTheWholeForItsTower() {
        // HuggingFaceM4/idefics2-8b: vision_config.model_type is idefics2
        Config config = llava(text("llama", Map.of()))
                .with("architectures", List.of("Idefics3ForConditionalGeneration"))
                .with("scale_factor", 2L);
        Config tower = config.part("vision_config").with("model_type", "idefics3");

        assertThat(parameters(config.with("vision_config", tower.values())))
                .extracting(PlacedParameter::name)
                .contains("model.vision_model.embeddings.patch_embedding.weight");
    }

    @Test
    void saysWhichTowerItDoesNotKnow() {
        Config config = llava(text("llama", Map.of())).with("vision_config", Map.of("model_type", "eyes"));

        assertThatThrownBy(() -> FAMILIES.blueprint(config))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("eyes");
    }

    @Test
    void refusesADownsamplingThatEnlarges() {
        Config config = llava(text("qwen2", Map.of()))
                .with("architectures", List.of("InternVLForConditionalGeneration"))
                .with("downsample_ratio", 0L);

        assertThatThrownBy(() -> FAMILIES.blueprint(config))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("downsample_ratio");
    }

    private static Config llava(Map<String, Object> text) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("architectures", List.of("LlavaForConditionalGeneration"));
        values.put("text_config", text);
        values.put(
                "vision_config",
                Map.of(
                        "model_type", "clip_vision_model",
                        "hidden_size", 8L,
                        "intermediate_size", 16L,
                        "num_hidden_layers", 1L,
                        "num_attention_heads", 2L,
                        "image_size", 8L,
                        "patch_size", 4L,
                        "hidden_act", "gelu",
                        "layer_norm_eps", 1e-5));
        return Config.of(values);
    }

    private static Map<String, Object> text(String modelType, Map<String, Object> further) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("model_type", modelType);
        values.put("vocab_size", 100L);
        values.put("hidden_size", 16L);
        values.put("intermediate_size", 32L);
        values.put("num_hidden_layers", 2L);
        values.put("num_attention_heads", 4L);
        values.put("num_key_value_heads", 2L);
        values.put("hidden_act", "silu");
        values.put("rms_norm_eps", 1e-6);
        values.putAll(further);
        return values;
    }

    private static List<PlacedParameter> parameters(Config config) {
        return FAMILIES.blueprint(config).parameters();
    }

    private static List<Block> all(Block block) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(block);
        block.children().forEach(child -> blocks.addAll(all(child)));
        return blocks;
    }
}
