package dev.weighbridge.model.family.remote;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.model.blueprint.ParameterCount;
import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RemoteFamiliesTest {
    private static final Families FAMILIES = Families.of(RemoteFamilies.all());

    /// A model as its publisher describes it, and the parameters that its safetensors headers hold.
    record Published(String repository, long parameters, Map<String, Object> config) {
        @Override
        public String toString() {
            return repository;
        }
    }

    @ParameterizedTest
    @MethodSource("published")
    void countsWhatThePublisherStores(Published model) {
        assertThat(ParameterCount.of(FAMILIES.blueprint(Config.of(model.config())))
                        .total())
                .isEqualTo(model.parameters());
    }

    static Stream<Published> published() {
        return Stream.of(
                new Published(
                        "THUDM/glm-4-9b",
                        9_399_951_360L,
                        Map.ofEntries(
                                entry("architectures", List.of("ChatGLMModel")),
                                entry("hidden_size", 4096L),
                                entry("num_layers", 40L),
                                entry("ffn_hidden_size", 13696L),
                                entry("padded_vocab_size", 151552L),
                                entry("multi_query_attention", true),
                                entry("multi_query_group_num", 2L),
                                entry("kv_channels", 128L),
                                entry("num_attention_heads", 32L),
                                entry("add_qkv_bias", true),
                                entry("add_bias_linear", false),
                                entry("rmsnorm", true))),
                new Published(
                        "THUDM/chatglm3-6b",
                        6_243_584_000L,
                        Map.ofEntries(
                                entry("architectures", List.of("ChatGLMModel")),
                                entry("hidden_size", 4096L),
                                entry("num_layers", 28L),
                                entry("ffn_hidden_size", 13696L),
                                entry("padded_vocab_size", 65024L),
                                entry("multi_query_attention", true),
                                entry("multi_query_group_num", 2L),
                                entry("kv_channels", 128L),
                                entry("num_attention_heads", 32L),
                                entry("add_qkv_bias", true),
                                entry("add_bias_linear", false),
                                entry("rmsnorm", true))),
                new Published(
                        "Qwen/Qwen-7B",
                        7_721_324_544L,
                        Map.ofEntries(
                                entry("architectures", List.of("QWenLMHeadModel")),
                                entry("hidden_size", 4096L),
                                entry("num_hidden_layers", 32L),
                                entry("intermediate_size", 22016L),
                                entry("vocab_size", 151936L),
                                entry("num_attention_heads", 32L),
                                entry("kv_channels", 128L),
                                entry("no_bias", true))),
                new Published(
                        "baichuan-inc/Baichuan2-7B-Base",
                        7_505_973_248L,
                        Map.ofEntries(
                                entry("architectures", List.of("BaichuanForCausalLM")),
                                entry("hidden_size", 4096L),
                                entry("num_hidden_layers", 32L),
                                entry("intermediate_size", 11008L),
                                entry("vocab_size", 125696L),
                                entry("num_attention_heads", 32L),
                                entry("hidden_act", "silu"),
                                entry("max_position_embeddings", 4096L))),
                new Published(
                        "internlm/internlm2-7b",
                        7_737_708_544L,
                        Map.ofEntries(
                                entry("architectures", List.of("InternLM2ForCausalLM")),
                                entry("hidden_size", 4096L),
                                entry("num_hidden_layers", 32L),
                                entry("intermediate_size", 14336L),
                                entry("vocab_size", 92544L),
                                entry("num_attention_heads", 32L),
                                entry("num_key_value_heads", 8L),
                                entry("hidden_act", "silu"),
                                entry("bias", false))),
                new Published(
                        "internlm/internlm3-8b-instruct",
                        8_804_241_408L,
                        Map.ofEntries(
                                entry("architectures", List.of("InternLM3ForCausalLM")),
                                entry("hidden_size", 4096L),
                                entry("num_hidden_layers", 48L),
                                entry("intermediate_size", 10240L),
                                entry("vocab_size", 128512L),
                                entry("num_attention_heads", 32L),
                                entry("num_key_value_heads", 2L),
                                entry("head_dim", 128L),
                                entry("hidden_act", "silu"))),
                new Published(
                        "XiaomiMiMo/MiMo-7B-Base, less the 210,790,400 of its next-token layer",
                        7_622_619_136L,
                        Map.ofEntries(
                                entry("architectures", List.of("MiMoForCausalLM")),
                                entry("num_hidden_layers", 36L),
                                entry("hidden_size", 4096L),
                                entry("num_attention_heads", 32L),
                                entry("num_key_value_heads", 8L),
                                entry("head_dim", 128L),
                                entry("intermediate_size", 11008L),
                                entry("vocab_size", 151680L),
                                entry("max_position_embeddings", 32768L),
                                entry("rope_theta", 640000L),
                                entry("rms_norm_eps", 1e-05),
                                entry("hidden_act", "silu"),
                                entry("attention_bias", true),
                                entry("sliding_window", 32768L),
                                entry("max_window_layers", 32L),
                                entry("use_sliding_window", false),
                                entry("use_mrope", false),
                                entry("num_nextn_predict_layers", 1L),
                                entry("tie_word_embeddings", false))),
                new Published(
                        "openbmb/MiniCPM-2B-sft-bf16",
                        2_724_880_896L,
                        Map.ofEntries(
                                entry("architectures", List.of("MiniCPMForCausalLM")),
                                entry("hidden_size", 2304L),
                                entry("num_hidden_layers", 40L),
                                entry("intermediate_size", 5760L),
                                entry("vocab_size", 122753L),
                                entry("num_attention_heads", 36L),
                                entry("num_key_value_heads", 36L),
                                entry("hidden_act", "silu"),
                                entry("scale_emb", 12L),
                                entry("dim_model_base", 256L),
                                entry("scale_depth", 1.4))),
                new Published(
                        "LGAI-EXAONE/EXAONE-3.0-7.8B-Instruct",
                        7_818_448_896L,
                        Map.ofEntries(
                                entry("architectures", List.of("ExaoneForCausalLM")),
                                entry("hidden_size", 4096L),
                                entry("num_layers", 32L),
                                entry("intermediate_size", 14336L),
                                entry("vocab_size", 102400L),
                                entry("num_attention_heads", 32L),
                                entry("num_key_value_heads", 8L))),
                new Published(
                        "deepseek-ai/deepseek-moe-16b-base",
                        16_375_728_128L,
                        Map.ofEntries(
                                entry("architectures", List.of("DeepseekForCausalLM")),
                                entry("hidden_size", 2048L),
                                entry("num_hidden_layers", 28L),
                                entry("intermediate_size", 10944L),
                                entry("moe_intermediate_size", 1408L),
                                entry("vocab_size", 102400L),
                                entry("num_attention_heads", 16L),
                                entry("hidden_act", "silu"),
                                entry("n_routed_experts", 64L),
                                entry("n_shared_experts", 2L),
                                entry("num_experts_per_tok", 6L),
                                entry("first_k_dense_replace", 1L))),
                new Published(
                        "inclusionAI/Ling-mini-2.0, less the 19 stored corrections of 256",
                        16_255_638_528L,
                        Map.ofEntries(
                                entry("architectures", List.of("BailingMoeV2ForCausalLM")),
                                entry("hidden_size", 2048L),
                                entry("num_hidden_layers", 20L),
                                entry("intermediate_size", 5120L),
                                entry("moe_intermediate_size", 512L),
                                entry("vocab_size", 157184L),
                                entry("num_attention_heads", 16L),
                                entry("num_key_value_heads", 4L),
                                entry("head_dim", 128L),
                                entry("hidden_act", "silu"),
                                entry("num_experts", 256L),
                                entry("num_shared_experts", 1L),
                                entry("num_experts_per_tok", 8L),
                                entry("first_k_dense_replace", 1L),
                                entry("use_qk_norm", true))),
                new Published(
                        "inclusionAI/Ling-lite",
                        16_801_974_272L,
                        Map.ofEntries(
                                entry("architectures", List.of("BailingMoeForCausalLM")),
                                entry("hidden_size", 2048L),
                                entry("num_hidden_layers", 28L),
                                entry("intermediate_size", 5632L),
                                entry("moe_intermediate_size", 1408L),
                                entry("vocab_size", 126464L),
                                entry("num_attention_heads", 16L),
                                entry("num_key_value_heads", 4L),
                                entry("hidden_act", "silu"),
                                entry("num_experts", 64L),
                                entry("num_shared_experts", 2L),
                                entry("num_experts_per_tok", 6L),
                                entry("first_k_dense_replace", 0L))),
                new Published(
                        "microsoft/Phi-3-small-8k-instruct",
                        7_392_272_384L,
                        Map.ofEntries(
                                entry("architectures", List.of("Phi3SmallForCausalLM")),
                                entry("hidden_size", 4096L),
                                entry("num_hidden_layers", 32L),
                                entry("ff_intermediate_size", 14336L),
                                entry("vocab_size", 100352L),
                                entry("num_attention_heads", 32L),
                                entry("num_key_value_heads", 8L))),
                new Published(
                        "apple/OpenELM-270M",
                        271_527_168L,
                        Map.ofEntries(
                                entry("architectures", List.of("OpenELMForCausalLM")),
                                entry("model_dim", 1280L),
                                entry("head_dim", 64L),
                                entry("vocab_size", 32000L),
                                entry("num_transformer_layers", 16L),
                                entry(
                                        "ffn_multipliers",
                                        List.of(
                                                0.5, 0.73, 0.97, 1.2, 1.43, 1.67, 1.9, 2.13, 2.37, 2.6, 2.83, 3.07, 3.3,
                                                3.53, 3.77, 4.0)),
                                entry(
                                        "num_kv_heads",
                                        List.of(3L, 3L, 3L, 3L, 3L, 4L, 4L, 4L, 4L, 4L, 4L, 4L, 5L, 5L, 5L, 5L)),
                                entry(
                                        "num_query_heads",
                                        List.of(
                                                12L, 12L, 12L, 12L, 12L, 16L, 16L, 16L, 16L, 16L, 16L, 16L, 20L, 20L,
                                                20L, 20L)))),
                new Published(
                        "GSAI-ML/LLaDA-8B-Base",
                        8_015_581_184L,
                        Map.ofEntries(
                                entry("architectures", List.of("LLaDAModelLM")),
                                entry("d_model", 4096L),
                                entry("n_heads", 32L),
                                entry("n_kv_heads", 32L),
                                entry("n_layers", 32L),
                                entry("mlp_hidden_size", 12288L),
                                entry("embedding_size", 126464L),
                                entry("vocab_size", 126464L))),
                new Published(
                        "Dream-org/Dream-v0-Base-7B",
                        7_615_616_512L,
                        Map.ofEntries(
                                entry("architectures", List.of("DreamModel")),
                                entry("hidden_size", 3584L),
                                entry("num_hidden_layers", 28L),
                                entry("intermediate_size", 18944L),
                                entry("vocab_size", 152064L),
                                entry("num_attention_heads", 28L),
                                entry("num_key_value_heads", 4L),
                                entry("hidden_act", "silu"))),
                new Published(
                        "Alibaba-NLP/gte-base-en-v1.5",
                        136_776_192L,
                        Map.ofEntries(
                                entry("architectures", List.of("NewModel")),
                                entry("hidden_size", 768L),
                                entry("num_hidden_layers", 12L),
                                entry("intermediate_size", 3072L),
                                entry("vocab_size", 30528L),
                                entry("num_attention_heads", 12L),
                                entry("type_vocab_size", 0L))),
                new Published(
                        "Alibaba-NLP/gte-large-en-v1.5",
                        434_139_136L,
                        Map.ofEntries(
                                entry("architectures", List.of("NewModel")),
                                entry("hidden_size", 1024L),
                                entry("num_hidden_layers", 24L),
                                entry("intermediate_size", 4096L),
                                entry("vocab_size", 30528L),
                                entry("num_attention_heads", 16L),
                                entry("type_vocab_size", 2L))),
                new Published(
                        "OpenGVLab/InternVL2_5-8B",
                        8_075_365_376L,
                        Map.ofEntries(
                                entry("architectures", List.of("InternVLChatModel")),
                                entry("downsample_ratio", 0.5),
                                entry(
                                        "vision_config",
                                        Map.ofEntries(
                                                entry("hidden_size", 1024L),
                                                entry("qkv_bias", true),
                                                entry("qk_normalization", false),
                                                entry("intermediate_size", 4096L),
                                                entry("num_hidden_layers", 24L),
                                                entry("num_attention_heads", 16L),
                                                entry("image_size", 448L),
                                                entry("patch_size", 14L))),
                                entry(
                                        "llm_config",
                                        Map.ofEntries(
                                                entry("architectures", List.of("InternLM2ForCausalLM")),
                                                entry("hidden_size", 4096L),
                                                entry("num_hidden_layers", 32L),
                                                entry("intermediate_size", 14336L),
                                                entry("vocab_size", 92553L),
                                                entry("num_attention_heads", 32L),
                                                entry("num_key_value_heads", 8L),
                                                entry("hidden_act", "silu"),
                                                entry("bias", false))))));
    }

    /// Llama-Nemotron's feed-forward of layer 0 has two thirds of 2.625 times 8192, rounded up to 256: 14,336.
    @Test
    void leavesOutWhatTheSearchRemoved() {
        Map<String, Object> none = Map.of("no_op", true);
        Map<String, Object> attention = Map.of("no_op", false, "n_heads_in_group", 8L);
        Map<String, Object> narrow = Map.of("no_op", false, "ffn_mult", 2.625);
        Config config = Config.of(Map.of(
                "architectures",
                List.of("DeciLMForCausalLM"),
                "hidden_size",
                8192L,
                "num_attention_heads",
                64L,
                "num_hidden_layers",
                2L,
                "vocab_size",
                10L,
                "block_configs",
                List.of(Map.of("attention", attention, "ffn", narrow), Map.of("attention", none, "ffn", none))));

        List<PlacedParameter> layers = FAMILIES.blueprint(config).parameters().stream()
                .filter(parameter -> parameter.name().startsWith("model.layers."))
                .toList();

        assertThat(layers).noneMatch(parameter -> parameter.name().startsWith("model.layers.1."));
        assertThat(layers)
                .filteredOn(parameter -> parameter.name().equals("model.layers.0.mlp.up_proj.weight"))
                .singleElement()
                .satisfies(parameter -> assertThat(parameter.shape().toString()).isEqualTo("[14336, 8192]"));
    }
}
