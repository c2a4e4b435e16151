package dev.weighbridge.model.family.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.blueprint.ParameterCount;
import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.family.Families;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DecoderFamiliesTest {
    private static final Families FAMILIES = Families.of(DecoderFamilies.all());

    @Test
    void countsLlama2SevenBillion() {
        // model.safetensors.index.json of meta-llama/Llama-2-7b-hf: 13,476,831,232 bytes in two-byte numbers
        Config config = config("LlamaForCausalLM", 32000, 4096, 32, 32, 11008, Map.of());

        assertThat(ParameterCount.of(blueprint(config)).total()).isEqualTo(13_476_831_232L / 2);
    }

    @Test
    void countsGemma2TwoBillionWithItsHeadTied() {
        // google/gemma-2-2b: 2,614,341,888 parameters by its safetensors header
        Config config = config(
                "Gemma2ForCausalLM",
                256000,
                2304,
                26,
                8,
                9216,
                Map.of("num_key_value_heads", 4L, "head_dim", 256L, "tie_word_embeddings", true));

        ParameterCount count = ParameterCount.of(blueprint(config));

        assertThat(count.total()).isEqualTo(2_614_341_888L);
        assertThat(count.untiedTotal()).isEqualTo(2_614_341_888L + 256_000L * 2304);
    }

    @Test
    void holdsEqualLayersOnce() {
        Blueprint blueprint = blueprint(config("LlamaForCausalLM", 100, 64, 126, 4, 128, Map.of()));

        assertThat(all(blueprint.root(), Repeat.class))
                .singleElement()
                .satisfies(layers -> assertThat(layers.variants()).hasSize(1));
    }

    @Test
    void alternatesWindowsAndFullLayersInGemma2() {
        Config config = config("Gemma2ForCausalLM", 100, 64, 4, 4, 128, Map.of("sliding_window", 4096L));

        assertThat(attentions(config))
                .extracting(Attention::span)
                .containsExactly(Span.window(4096), Span.causal(), Span.window(4096), Span.causal());
    }

    @Test
    void givesGemma3WindowLayersTheLocalBaseOfTheOlderConfigurations() {
        Config config = config(
                "Gemma3ForCausalLM",
                100,
                64,
                6,
                4,
                128,
                Map.of(
                        "head_dim",
                        16L,
                        "sliding_window",
                        512L,
                        "rope_theta",
                        1_000_000L,
                        "rope_local_base_freq",
                        10_000L,
                        "rope_scaling",
                        Map.of("rope_type", "linear", "factor", 8.0)));

        List<Attention> attentions = attentions(config);

        assertThat(attentions.get(0).rotary().theta()).isEqualTo(10_000);
        assertThat(attentions.get(0).rotary().scaling()).isEqualTo(Config.EMPTY);
        assertThat(attentions.get(5).rotary().theta()).isEqualTo(1_000_000);
        assertThat(attentions.get(5).rotary().scaling().number("factor")).isEqualTo(8);
        assertThat(attentions.get(5).span()).isEqualTo(Span.causal());
    }

    @Test
    void widensFullHeadsInGemma4AndTakesKeysAsValues() {
        Config config = config(
                "Gemma4ForCausalLM",
                100,
                64,
                6,
                4,
                128,
                Map.of(
                        "head_dim",
                        16L,
                        "global_head_dim",
                        32L,
                        "num_key_value_heads",
                        2L,
                        "num_global_key_value_heads",
                        1L,
                        "attention_k_eq_v",
                        true));

        assertThat(names(config))
                .contains("model.layers.0.self_attn.v_proj.weight [32, 64]")
                .contains("model.layers.5.self_attn.q_proj.weight [128, 64]")
                .contains("model.layers.5.self_attn.k_proj.weight [32, 64]")
                .noneMatch(name -> name.startsWith("model.layers.5.self_attn.v_proj"));
    }

    @Test
    void readsLayerNumbersWithLeadingZerosInGemma4() {
        Config config = config(
                "Gemma4ForCausalLM",
                100,
                64,
                12,
                4,
                128,
                Map.of("head_dim", 16L, "per_layer_config", Map.of("05", Map.of("head_dim", 32L))));

        assertThat(names(config))
                .contains("model.layers.5.self_attn.q_proj.weight [128, 64]")
                .contains("model.layers.11.self_attn.q_proj.weight [64, 64]");
    }

    @Test
    void keepsNoCacheInTheLastLayersOfGemma3n() {
        Config config = config(
                "Gemma3nForCausalLM",
                100,
                64,
                5,
                4,
                128,
                Map.of(
                        "head_dim",
                        16L,
                        "num_kv_shared_layers",
                        2L,
                        "altup_num_inputs",
                        2L,
                        "laurel_rank",
                        8L,
                        "hidden_size_per_layer_input",
                        8L,
                        "vocab_size_per_layer_input",
                        100L));

        assertThat(attentions(config))
                .extracting(Attention::sharesCache)
                .containsExactly(false, false, false, true, true);
        assertThat(names(config)).noneMatch(name -> name.contains("layers.3.self_attn.k_proj"));
    }

    @Test
    void opensWindowsInQwenOnlyWhereTheConfigurationUsesThem() {
        Map<String, Object> fields = Map.of("sliding_window", 4096L, "max_window_layers", 2L);
        Config unused = config("Qwen2ForCausalLM", 100, 64, 3, 4, 128, fields);
        Config used = unused.with("use_sliding_window", true);

        assertThat(attentions(unused)).extracting(Attention::span).containsOnly(Span.causal());
        assertThat(attentions(used))
                .extracting(Attention::span)
                .containsExactly(Span.causal(), Span.causal(), Span.window(4096));
    }

    @Test
    void leavesEveryFourthLayerOfSmolLm3WithoutPositions() {
        Config config = config("SmolLM3ForCausalLM", 100, 64, 4, 4, 128, Map.of());

        assertThat(attentions(config))
                .extracting(attention -> attention.rotary().dimensions())
                .containsExactly(16L, 16L, 16L, 0L);
    }

    @Test
    void readsTheLettersOfExaone() {
        Config config = config(
                "Exaone4ForCausalLM",
                100,
                64,
                4,
                4,
                128,
                Map.of("sliding_window", 4096L, "sliding_window_pattern", "LLLG"));

        assertThat(attentions(config))
                .extracting(attention -> attention.span().kind())
                .containsExactly(Span.Kind.WINDOW, Span.Kind.WINDOW, Span.Kind.WINDOW, Span.Kind.CAUSAL);
    }

    @Test
    void givesEachHeadOfCohereANormOfItsOwn() {
        Config config = config(
                "CohereForCausalLM",
                100,
                64,
                1,
                4,
                128,
                Map.of("num_key_value_heads", 1L, "use_qk_norm", true, "logit_scale", 0.25));

        assertThat(names(config))
                .contains("model.layers.0.self_attn.q_norm.weight [4, 16]")
                .contains("model.layers.0.self_attn.k_norm.weight [1, 16]");
        assertThat(all(blueprint(config).root(), Head.class))
                .extracting(Head::scale)
                .containsExactly(0.25);
    }

    @Test
    void scalesEveryBranchOfMiniCpmByItsDepth() {
        Config config = config(
                "MiniCPM3ForCausalLM",
                100,
                64,
                4,
                4,
                128,
                Map.of(
                        "kv_lora_rank",
                        16L,
                        "q_lora_rank",
                        24L,
                        "qk_nope_head_dim",
                        8L,
                        "qk_rope_head_dim",
                        4L,
                        "scale_depth",
                        1.4));

        assertThat(all(blueprint(config).root(), Residual.class))
                .isNotEmpty()
                .allSatisfy(branch -> assertThat(branch.scale()).isEqualTo(1.4 / 2));
    }

    @Test
    void ownsTheBiasOfAHeadWhoseWeightIsTied() {
        Config config = config("PhiForCausalLM", 100, 64, 1, 4, 128, Map.of("tie_word_embeddings", true));

        ParameterCount count = ParameterCount.of(blueprint(config));

        assertThat(count.untiedTotal() - count.total()).isEqualTo(100 * 64);
        assertThat(names(config)).contains("lm_head.bias [100]");
    }

    @Test
    void namesTheClassesOfAClassifierByItsLabels() {
        Map<String, Object> labels = Map.of("id2label", Map.of("0", "no", "1", "maybe", "2", "yes"));
        Config config = config("Qwen3ForSequenceClassification", 100, 64, 1, 4, 128, labels);

        assertThat(names(config)).contains("score.weight [3, 64]").noneMatch(name -> name.startsWith("lm_head"));
    }

    @Test
    void refusesATypeListThatIsTooShort() {
        Config config =
                config("Olmo3ForCausalLM", 100, 64, 4, 4, 128, Map.of("layer_types", List.of("full_attention")));

        assertThatThrownBy(() -> blueprint(config))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("layer_types")
                .hasMessageContaining("4");
    }

    @Test
    void refusesZeroHeads() {
        Config config = config("LlamaForCausalLM", 100, 64, 1, 0, 128, Map.of());

        assertThatThrownBy(() -> blueprint(config))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("num_attention_heads");
    }

    private static Config config(
            String architecture,
            long vocabulary,
            long hidden,
            long layers,
            long heads,
            long inner,
            Map<String, ?> more) {
        Map<String, Object> fields = new LinkedHashMap<>(Map.of(
                "architectures", List.of(architecture),
                "vocab_size", vocabulary,
                "hidden_size", hidden,
                "num_hidden_layers", layers,
                "num_attention_heads", heads,
                "intermediate_size", inner,
                "hidden_act", "silu",
                "hidden_activation", "gelu_pytorch_tanh",
                "query_pre_attn_scalar", 256L));
        fields.putAll(more);
        return Config.of(fields);
    }

    private static Blueprint blueprint(Config config) {
        return FAMILIES.blueprint(config);
    }

    private static List<String> names(Config config) {
        return blueprint(config).parameters().stream()
                .map(DecoderFamiliesTest::nameAndShape)
                .toList();
    }

    private static String nameAndShape(PlacedParameter parameter) {
        return parameter.name() + " " + parameter.shape();
    }

    private static List<Attention> attentions(Config config) {
        return all(blueprint(config).root(), Attention.class);
    }

    /// Every block of a kind, in the order of the layers, repeated ones as often as they stand there.
    private static <T extends Block> List<T> all(Block root, Class<T> kind) {
        List<T> found = new ArrayList<>();
        if (kind.isInstance(root)) {
            found.add(kind.cast(root));
        }
        Stream<? extends Block> inside = root instanceof Repeat repeat
                ? repeat.layout().stream().map(repeat.variants()::get)
                : root.children().stream();
        inside.map(child -> all(child, kind)).forEach(found::addAll);
        return found;
    }
}
