package dev.weighbridge.planner.memory.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.files.config.ConfigReader;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.family.registry.AllFamilies;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.memory.Workload.AttentionKernel;
import dev.weighbridge.planner.precision.Precisions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TransformersTest {
    private static final Map<String, Object> TINY = Map.of(
            "vocab_size", 64L,
            "hidden_size", 32L,
            "intermediate_size", 64L,
            "num_hidden_layers", 4L,
            "num_attention_heads", 4L,
            "num_key_value_heads", 2L,
            "max_position_embeddings", 512L);

    private static final Device H100 =
            DeviceCatalogue.embedded().find("NVIDIA H100 80GB HBM3").orElseThrow();

    // Bytes of the tensors' storages in the cache of transformers 5.17 after a prompt of 100 tokens and one more,
    // models
    // of these configurations in FP32 with random weights.

    @Test
    void keepsKeysAndValuesOfEveryPosition() {
        MemoryPlan plan = plan(tiny("LlamaForCausalLM", "llama", Map.of("head_dim", 8L)));

        assertThat(plan.of(Component.KV_CACHE)).isEqualTo(51712);
    }

    @Test
    void keepsAWindowOfWindowedLayers() {
        MemoryPlan plan = plan(tiny(
                "Gemma3ForCausalLM",
                "gemma3_text",
                Map.of("head_dim", 8L, "sliding_window", 16L, "num_hidden_layers", 6L)));

        assertThat(plan.of(Component.KV_CACHE)).isEqualTo(23168);
    }

    @Test
    void keepsTheLatentOfLatentAttention() {
        Map<String, Object> latent = new HashMap<>(Map.of(
                "q_lora_rank", 16L,
                "kv_lora_rank", 12L,
                "qk_rope_head_dim", 4L,
                "qk_nope_head_dim", 8L,
                "v_head_dim", 6L,
                "n_routed_experts", 4L,
                "num_experts_per_tok", 2L,
                "moe_intermediate_size", 16L,
                "first_k_dense_replace", 1L,
                "num_key_value_heads", 4L));
        latent.put("num_nextn_predict_layers", 0L);

        MemoryPlan plan = plan(tiny("DeepseekV3ForCausalLM", "deepseek_v3", latent));

        assertThat(plan.of(Component.KV_CACHE)).isEqualTo(25856);
    }

    @Test
    void keepsStatesOfRecurrentLayers() {
        MemoryPlan plan = plan(tiny(
                "Qwen3NextForCausalLM",
                "qwen3_next",
                Map.of(
                        "head_dim", 8L,
                        "num_experts", 4L,
                        "num_experts_per_tok", 2L,
                        "moe_intermediate_size", 16L,
                        "shared_expert_intermediate_size", 16L,
                        "linear_num_value_heads", 4L,
                        "linear_num_key_heads", 2L,
                        "linear_key_head_dim", 8L,
                        "linear_value_head_dim", 8L)));

        assertThat(plan.of(Component.KV_CACHE)).isEqualTo(12928);
        assertThat(plan.of(Component.RECURRENT_STATE)).isEqualTo(6144);
    }

    @Test
    void takesTwoBytesAParameterAtSixteenBits() {
        // the worked figures that people publish: 7B in FP16 is 14 GB
        Anatomy llama = known("llama-2-7b");

        MemoryPlan plan =
                new Transformers().plan(llama, Precisions.parse("FP16"), Workload.of(2048), Placement.on(H100));

        assertThat(plan.of(Component.WEIGHTS, 0)).isEqualTo(2 * llama.count().total());
        assertThat(plan.of(Component.KV_CACHE, 0)).isEqualTo(2048L * 32 * 2 * 4096 * 2);
    }

    @Test
    void putsWholeLayersOnEachDevice() {
        Anatomy llama = known("llama-2-7b");

        MemoryPlan plan = new Transformers()
                .plan(llama, Precisions.parse("FP16"), Workload.of(2048), Placement.over(List.of(H100, H100)));

        long layer = (4L * 4096 * 4096 + 3L * 4096 * 11008 + 2L * 4096) * 2;
        assertThat(plan.of(Component.WEIGHTS, 0)).isEqualTo(16 * layer + 32000L * 4096 * 2);
        assertThat(plan.of(Component.WEIGHTS, 0) + plan.of(Component.WEIGHTS, 1))
                .isEqualTo(2 * llama.count().total());
    }

    @Test
    void needsScoresWithoutFlashAttention() {
        Anatomy llama = known("llama-3.2-1b");
        Workload workload = Workload.of(4096);

        long flash = compute(llama, workload);
        long plain = compute(llama, workload.withAttention(AttentionKernel.PLAIN));

        assertThat(plain - flash).isEqualTo(32L * 4096 * 4096 * (2 + 4));
    }

    @Test
    void refusesFilesOfOtherRuntimes() {
        assertThatThrownBy(() -> new Transformers()
                        .plan(known("llama-2-7b"), Precisions.parse("Q4_K_M"), Workload.of(512), Placement.on(H100)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("Q4_K_M");
    }

    private static long compute(Anatomy model, Workload workload) {
        return new Transformers()
                .plan(model, Precisions.parse("BF16"), workload, Placement.on(H100))
                .of(Component.COMPUTE);
    }

    private static MemoryPlan plan(Anatomy model) {
        return new Transformers().plan(model, Precisions.parse("FP32"), Workload.of(101), Placement.onHost());
    }

    private static Anatomy tiny(String architecture, String type, Map<String, Object> fields) {
        Map<String, Object> values = new HashMap<>(TINY);
        values.putAll(fields);
        values.put("architectures", List.of(architecture));
        values.put("model_type", type);
        Config config = ConfigReader.resolve(Config.of(values));
        return Anatomy.of(type, AllFamilies.families().blueprint(config));
    }

    private static Anatomy known(String name) {
        var known = Catalogue.embedded().find(name).orElseThrow();
        return Anatomy.of(name, AllFamilies.families().blueprint(known.config()));
    }
}
