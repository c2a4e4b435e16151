package dev.weighbridge.model.family.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.blueprint.ParameterCount;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.registry.AllFamilies;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LatentAttentionTest {
    // Fields of deepseek-ai/DeepSeek-V2-Lite's config.json.
    private static Config lite() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("architectures", List.of("DeepseekV2ForCausalLM"));
        fields.put("hidden_act", "silu");
        fields.put("vocab_size", 102400L);
        fields.put("hidden_size", 2048L);
        fields.put("num_hidden_layers", 27L);
        fields.put("num_attention_heads", 16L);
        fields.put("qk_rope_head_dim", 64L);
        fields.put("qk_nope_head_dim", 128L);
        fields.put("v_head_dim", 128L);
        fields.put("kv_lora_rank", 512L);
        fields.put("intermediate_size", 10944L);
        fields.put("moe_intermediate_size", 1408L);
        fields.put("n_routed_experts", 64L);
        fields.put("n_shared_experts", 2L);
        fields.put("num_experts_per_tok", 6L);
        fields.put("first_k_dense_replace", 1L);
        return Config.of(fields);
    }

    @Test
    void countsDeepseekV2LiteAsPytorchDoes() {
        ParameterCount count = ParameterCount.of(AllFamilies.families().blueprint(lite()));

        // Counted by transformers 5.17 over the meta device.
        assertThat(count.total()).isEqualTo(15_706_484_224L);
        assertThat(count.active()).hasValue(2_661_150_208L);
    }

    @Test
    void keepsOneLatentAndOneRotaryKeyInTheCache() {
        Attention attention = LatentAttention.of(lite()).build();

        assertThat(attention.heads().latentRank()).isEqualTo(512);
        assertThat(attention.heads().latentRotaryDim()).isEqualTo(64);
        assertThat(attention.heads().headDim()).isEqualTo(192);
    }

    @Test
    void stretchesTheScoresByYarnsFactorSquared() {
        Config stretched = lite().with(
                        "rope_scaling",
                        Map.of("type", "yarn", "factor", 40L, "mscale", 0.707, "mscale_all_dim", 0.707));

        Attention attention = LatentAttention.of(stretched).build();

        // 0.1 · 0.707 · ln 40 + 1 = 1.26081, as DeepSeek's modeling_deepseek.py computes it.
        assertThat(attention.scale()).isCloseTo(1.26081 * 1.26081 / Math.sqrt(192), within(1e-5));
    }

    @Test
    void rotatesAsManyDimensionsAsTheRotaryKeyHasWhateverTheShareSays() {
        Config shared = lite().with("rope_parameters", Map.of("rope_theta", 1e4, "partial_rotary_factor", 0.5));

        assertThat(LatentAttention.of(shared).build().rotary().dimensions()).isEqualTo(64);
    }
}
