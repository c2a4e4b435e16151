package dev.weighbridge.model.family.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.blueprint.ParameterCount;
import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.family.registry.AllFamilies;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpeechFamiliesTest {
    private static Blueprint blueprint(Map<String, Object> fields) {
        return AllFamilies.families().blueprint(Config.of(fields));
    }

    private static Map<String, Object> encodec() {
        Map<String, Object> fields = new HashMap<>();
        fields.put("architectures", List.of("EncodecModel"));
        fields.put("model_type", "encodec");
        fields.put("target_bandwidths", List.of(1.5, 3.0, 6.0, 12.0, 24.0));
        fields.put("sampling_rate", 24_000L);
        fields.put("audio_channels", 1L);
        fields.put("hidden_size", 128L);
        fields.put("num_filters", 32L);
        fields.put("num_residual_layers", 1L);
        fields.put("upsampling_ratios", List.of(8L, 5L, 4L, 2L));
        fields.put("norm_type", "weight_norm");
        fields.put("kernel_size", 7L);
        fields.put("last_kernel_size", 7L);
        fields.put("residual_kernel_size", 3L);
        fields.put("dilation_growth_rate", 2L);
        fields.put("compress", 2L);
        fields.put("num_lstm_layers", 2L);
        fields.put("codebook_size", 1024L);
        fields.put("use_conv_shortcut", true);
        return fields;
    }

    // 24,000 bits a second at 75 frames of 10 bits a codebook (arXiv:2210.13438, section 3.2)
    @Test
    void holdsAsManyCodebooksAsTheWidestBandwidthAsksFor() {
        List<String> names = blueprint(encodec()).parameters().stream()
                .map(PlacedParameter::name)
                .filter(name -> name.endsWith("codebook.embed"))
                .toList();

        assertThat(names).hasSize(32);
    }

    @Test
    void neverCountsCodebooksThatAreRunningAverages() {
        Map<String, Object> narrow = encodec();
        narrow.put("target_bandwidths", List.of(1.5));

        assertThat(ParameterCount.of(blueprint(narrow)).total())
                .isEqualTo(ParameterCount.of(blueprint(encodec())).total());
    }

    @Test
    void refusesACodecWithoutStages() {
        Map<String, Object> fields = encodec();
        fields.put("upsampling_ratios", List.of());

        assertThatThrownBy(() -> blueprint(fields))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("upsampling_ratios");
    }

    @Test
    void namesATimmArchitectureItHasNoDimensionsFor() {
        Map<String, Object> fields = new HashMap<>();
        fields.put("architectures", List.of("PeVideoEncoder"));
        fields.put("hidden_size", 64L);
        fields.put("vision_config", Map.of("architecture", "resnet50", "num_labels", 10L));

        assertThatThrownBy(() -> blueprint(fields))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("resnet50");
    }
}
