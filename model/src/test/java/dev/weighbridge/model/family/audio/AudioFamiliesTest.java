package dev.weighbridge.model.family.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.family.registry.AllFamilies;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AudioFamiliesTest {
    private static Map<String, String> shapes(Map<String, Object> fields) {
        return AllFamilies.families().blueprint(Config.of(fields)).parameters().stream()
                .collect(Collectors.toMap(
                        PlacedParameter::name, parameter -> parameter.shape().toString()));
    }

    private static Map<String, Object> waveform(String architecture) {
        Map<String, Object> fields = new HashMap<>();
        fields.put("architectures", List.of(architecture));
        fields.put("vocab_size", 32L);
        fields.put("hidden_size", 32L);
        fields.put("num_hidden_layers", 2L);
        fields.put("num_attention_heads", 4L);
        fields.put("intermediate_size", 64L);
        fields.put("hidden_act", "gelu");
        fields.put("layer_norm_eps", 1e-5);
        fields.put("feat_extract_norm", "group");
        fields.put("conv_dim", List.of(16L, 16L));
        fields.put("conv_kernel", List.of(10L, 3L));
        fields.put("conv_stride", List.of(5L, 2L));
        fields.put("num_conv_pos_embeddings", 8L);
        fields.put("num_conv_pos_embedding_groups", 4L);
        fields.put("mask_time_prob", 0.05);
        return fields;
    }

    @Test
    void keepsAVectorForMaskedFramesOnlyWhereFramesAreMasked() {
        Map<String, Object> unmasked = waveform("Wav2Vec2ForCTC");
        unmasked.put("mask_time_prob", 0L);

        assertThat(shapes(waveform("Wav2Vec2ForCTC"))).containsKey("wav2vec2.masked_spec_embed");
        assertThat(shapes(unmasked)).doesNotContainKey("wav2vec2.masked_spec_embed");
    }

    @Test
    void readsCharactersFromTheAdapterWhereThereIsOne() {
        Map<String, Object> fields = waveform("Wav2Vec2ForCTC");
        fields.put("add_adapter", true);
        fields.put("output_hidden_size", 24L);
        fields.put("num_adapter_layers", 1L);
        fields.put("adapter_kernel_size", 3L);
        fields.put("adapter_stride", 2L);

        assertThat(shapes(fields))
                .containsEntry("wav2vec2.adapter.proj.weight", "[24, 32]")
                .containsEntry("wav2vec2.adapter.layers.0.conv.weight", "[48, 24, 3]")
                .containsEntry("lm_head.weight", "[32, 24]");
    }

    @Test
    void holdsRelativePositionsInTheFirstLayerAlone() {
        Map<String, Object> fields = waveform("WavLMForCTC");
        fields.put("model_type", "wavlm");
        fields.put("num_buckets", 320L);

        assertThat(shapes(fields))
                .containsEntry("wavlm.encoder.layers.0.attention.rel_attn_embed.weight", "[320, 4]")
                .containsEntry("wavlm.encoder.layers.1.attention.gru_rel_pos_const", "[1, 4, 1, 1]")
                .doesNotContainKey("wavlm.encoder.layers.1.attention.rel_attn_embed.weight");
    }

    private static Map<String, Object> conformer(String architecture) {
        Map<String, Object> fields = new HashMap<>();
        fields.put("architectures", List.of(architecture));
        fields.put("hidden_size", 1024L);
        fields.put("num_hidden_layers", 1L);
        fields.put("num_attention_heads", 8L);
        fields.put("intermediate_size", 4096L);
        fields.put("hidden_act", "silu");
        fields.put("attention_bias", true);
        fields.put("convolution_bias", true);
        fields.put("conv_kernel_size", 9L);
        fields.put("subsampling_factor", 8L);
        fields.put("subsampling_conv_channels", 256L);
        fields.put("subsampling_conv_kernel_size", 3L);
        fields.put("subsampling_conv_stride", 2L);
        fields.put("num_mel_bins", 80L);
        fields.put("sliding_window", 71L);
        return fields;
    }

    // PyTorch's shapes for transformers 5.17's defaults: 80 bins leave 10 whole, 11 with the padding of causal
    // convolutions
    @Test
    void countsTheBinsThatShorteningLeaves() {
        assertThat(shapes(conformer("ParakeetEncoder"))).containsEntry("subsampling.linear.weight", "[1024, 2560]");
        assertThat(shapes(conformer("NemotronAsrStreamingEncoder")))
                .containsEntry("subsampling.linear.weight", "[1024, 2816]");
    }

    @Test
    void refusesAShorteningByNothing() {
        Map<String, Object> fields = conformer("ParakeetEncoder");
        fields.put("subsampling_factor", 1L);

        assertThatThrownBy(() -> shapes(fields))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("subsampling_factor");
    }
}
