package dev.weighbridge.model.family.seq2seq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.model.blueprint.ParameterCount;
import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class Seq2seqFamiliesTest {
    private static final Families FAMILIES = Families.of(Seq2seqFamilies.all());

    @Test
    void givesFlanT5AHeadOfItsOwn() {
        // google/flan-t5-base as transformers 5.17 builds it, its head untied: 247,577,856
        Config config = t5("gated-gelu", 2048).with("tie_word_embeddings", false);

        assertThat(ParameterCount.of(FAMILIES.blueprint(config)).total()).isEqualTo(247_577_856L);
    }

    @Test
    void tiesTheHeadOfTheFirstT5WhereTheConfigurationIsSilent() {
        // google-t5/t5-large as transformers 5.17 builds it: 737,668,096
        Config config = t5("relu", 4096)
                .with("hidden_size", 1024L)
                .with("num_hidden_layers", 24L)
                .with("num_attention_heads", 16L);

        ParameterCount count = ParameterCount.of(FAMILIES.blueprint(config));

        assertThat(count.total()).isEqualTo(737_668_096L);
        assertThat(count.untiedTotal()).isEqualTo(737_668_096L + 3 * 32_128L * 1024);
    }

    @Test
    void ownsBiasesOfRelativePositionsInTheFirstLayerOnly() {
        assertThat(names(t5("relu", 3072)))
                .filteredOn(name -> name.endsWith("relative_attention_bias.weight"))
                .containsExactly(
                        "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight",
                        "decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight");
    }

    @Test
    void givesMarianATableForEachLanguageWhereNotShared() {
        Config config = bart("MarianMTModel")
                .with("share_encoder_decoder_embeddings", false)
                .with("decoder_vocab_size", 120L);

        assertThat(names(config))
                .contains("model.encoder.embed_tokens.weight", "model.decoder.embed_tokens.weight")
                .doesNotContain("model.shared.weight");
    }

    @Test
    void numbersExpertsBehindAnUnderscoreAndLeavesTheirUseOpen() {
        Config config = bart("NllbMoeForConditionalGeneration")
                .with("num_experts", 4L)
                .with("encoder_sparse_step", 2L)
                .with("decoder_sparse_step", 2L);

        assertThat(names(config)).contains("model.encoder.layers.1.ffn.experts.expert_3.fc1.weight");
        assertThat(ParameterCount.of(FAMILIES.blueprint(config)).active()).isEmpty();
    }

    private static List<String> names(Config config) {
        return FAMILIES.blueprint(config).parameters().stream()
                .map(PlacedParameter::name)
                .toList();
    }

    private static Config t5(String projection, long inner) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("architectures", List.of("T5ForConditionalGeneration"));
        values.put("vocab_size", 32_128L);
        values.put("hidden_size", 768L);
        values.put("num_hidden_layers", 12L);
        values.put("num_attention_heads", 12L);
        values.put("d_kv", 64L);
        values.put("d_ff", inner);
        values.put("feed_forward_proj", projection);
        values.put("relative_attention_num_buckets", 32L);
        return Config.of(values);
    }

    private static Config bart(String architecture) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("architectures", List.of(architecture));
        values.put("vocab_size", 100L);
        values.put("hidden_size", 16L);
        values.put("max_position_embeddings", 32L);
        values.put("activation_function", "relu");
        values.put("tie_word_embeddings", true);
        for (String side : List.of("encoder", "decoder")) {
            values.put(side + "_layers", 2L);
            values.put(side + "_attention_heads", 2L);
            values.put(side + "_ffn_dim", 32L);
        }
        return Config.of(values);
    }
}
