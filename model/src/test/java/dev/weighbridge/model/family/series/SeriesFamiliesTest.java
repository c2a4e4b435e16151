package dev.weighbridge.model.family.series;

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

class SeriesFamiliesTest {
    private static Map<String, String> shapes(Map<String, Object> fields) {
        return AllFamilies.families().blueprint(Config.of(fields)).parameters().stream()
                .collect(Collectors.toMap(
                        PlacedParameter::name, parameter -> parameter.shape().toString()));
    }

    private static Map<String, Object> forecast(String architecture) {
        Map<String, Object> fields = new HashMap<>();
        fields.put("architectures", List.of(architecture));
        fields.put("prediction_length", 24L);
        fields.put("distribution_output", "student_t");
        fields.put("input_size", 1L);
        fields.put("num_dynamic_real_features", 0L);
        fields.put("num_static_real_features", 0L);
        fields.put("num_time_features", 2L);
        fields.put("num_static_categorical_features", 1L);
        fields.put("cardinality", List.of(366L));
        fields.put("embedding_dimension", List.of(2L));
        fields.put("d_model", 64L);
        fields.put("encoder_layers", 2L);
        fields.put("decoder_layers", 2L);
        fields.put("encoder_attention_heads", 2L);
        fields.put("decoder_attention_heads", 2L);
        fields.put("encoder_ffn_dim", 32L);
        fields.put("decoder_ffn_dim", 32L);
        fields.put("activation_function", "gelu");
        return fields;
    }

    @Test
    void readsLagsFeaturesCategoriesAndScaleAtEachStep() {
        // 7 lags, 2 features of time, 2 numbers a category, scale and location
        assertThat(shapes(forecast("TimeSeriesTransformerForPrediction")))
                .containsEntry("model.encoder.value_embedding.value_projection.weight", "[64, 13]")
                .containsEntry("model.embedder.embedders.0.weight", "[366, 2]")
                .containsEntry("parameter_projection.proj.2.weight", "[1, 64]");
    }

    @Test
    void looksBackAsFarAsItLooksAheadUnlessToldOtherwise() {
        assertThat(shapes(forecast("InformerModel"))).containsEntry("encoder.embed_positions.weight", "[48, 64]");
    }

    @Test
    void namesTheDistributionsItKnows() {
        Map<String, Object> fields = forecast("AutoformerForPrediction");
        fields.put("distribution_output", "cauchy");

        assertThatThrownBy(() -> shapes(fields))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("student_t, normal, negative_binomial");
    }
}
