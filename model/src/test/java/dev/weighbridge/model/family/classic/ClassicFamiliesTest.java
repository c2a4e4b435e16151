package dev.weighbridge.model.family.classic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.blueprint.ParameterCount;
import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.family.Families;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClassicFamiliesTest {
    private static final Families FAMILIES = Families.of(ClassicFamilies.all());

    @Test
    void countsGpt2WithItsHeadTied() {
        // Radford et al. 2019 as transformers 5.17 builds it: 124,439,808
        Config config = config(
                "GPT2LMHeadModel",
                Map.of(
                        "max_position_embeddings",
                        1024L,
                        "activation_function",
                        "gelu_new",
                        "vocab_size",
                        50257L,
                        "tie_word_embeddings",
                        true));

        assertThat(ParameterCount.of(FAMILIES.blueprint(config)).total()).isEqualTo(124_439_808L);
    }

    @Test
    void alternatesGlobalAndLocalLayersOfGptNeo() {
        Blueprint blueprint = FAMILIES.blueprint(gptNeo(List.of(List.of(List.of("global", "local"), 6L))));

        assertThat(blocks(blueprint.root())
                        .filter(Attention.class::isInstance)
                        .map(block -> ((Attention) block).span()))
                .containsExactly(Span.causal(), Span.window(256));
    }

    @Test
    void refusesFewerLayerKindsThanLayers() {
        assertThatThrownBy(() -> FAMILIES.blueprint(gptNeo(List.of(List.of(List.of("global"), 3L)))))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("attention_types")
                .hasMessageContaining("names 3 layers where there are 12");
    }

    @Test
    void refusesAnUnknownLayerKind() {
        assertThatThrownBy(() -> FAMILIES.blueprint(gptNeo(List.of(List.of(List.of("sideways"), 12L)))))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("sideways");
    }

    @Test
    void biasesOnlyTheLastLayerOfGptNeoxJapanese() {
        Config config = config(
                "GPTNeoXJapaneseForCausalLM",
                Map.of("intermediate_multiple_size", 4L, "hidden_act", "gelu", "vocab_size", 100L));

        assertThat(FAMILIES.blueprint(config).parameters().stream().map(PlacedParameter::name))
                .filteredOn(name -> name.endsWith("dense_bias"))
                .containsExactly("gpt_neox_japanese.layers.11.attention.dense_bias");
    }

    @Test
    void givesFalconOneKeyHeadUnlessToldOtherwise() {
        Map<String, Object> falcon = Map.of("vocab_size", 100L, "num_ln_in_parallel_attn", 1L);

        assertThat(kvHeads(config("FalconForCausalLM", falcon))).isEqualTo(1);
        assertThat(kvHeads(config("FalconForCausalLM", falcon).with("multi_query", false)))
                .isEqualTo(12);
        assertThat(kvHeads(config("FalconForCausalLM", falcon)
                        .with("new_decoder_architecture", true)
                        .with("num_kv_heads", 4L)))
                .isEqualTo(4);
    }

    private static int kvHeads(Config config) {
        return blocks(FAMILIES.blueprint(config).root())
                .filter(Attention.class::isInstance)
                .map(block -> ((Attention) block).heads().kvHeadCount())
                .findFirst()
                .orElseThrow();
    }

    private static Config gptNeo(List<?> attentionTypes) {
        return config(
                "GPTNeoForCausalLM",
                Map.of(
                        "attention_types", attentionTypes,
                        "window_size", 256L,
                        "max_position_embeddings", 64L,
                        "activation_function", "gelu_new",
                        "vocab_size", 100L));
    }

    private static Config config(String architecture, Map<String, Object> further) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("architectures", List.of(architecture));
        values.put("hidden_size", 768L);
        values.put("num_hidden_layers", 12L);
        values.put("num_attention_heads", 12L);
        values.putAll(further);
        return Config.of(values);
    }

    private static Stream<Block> blocks(Block block) {
        List<Block> children = block instanceof Repeat repeat ? repeat.variants() : block.children();
        return Stream.concat(Stream.of(block), children.stream().flatMap(ClassicFamiliesTest::blocks));
    }
}
