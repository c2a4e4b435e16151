package dev.weighbridge.model.family.series;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BartLayer;
import dev.weighbridge.model.family.component.EncoderLayer;
import java.util.ArrayList;
import java.util.List;

/// Forecasting with BART's layers over lagged values and features: the plain transformer, Informer (arXiv:2012.07436:
/// the
/// encoder halves the sequence between layers), Autoformer (arXiv:2106.13008: a trend leaves every decoder layer).
final class ForecastFamily {
    private ForecastFamily() {}

    static Family family() {
        Family family = Family.named("forecast");
        members(family, "TimeSeriesTransformer", "time_series_transformer");
        members(family, "Informer", "informer");
        return members(family, "Autoformer", "autoformer");
    }

    private static Family members(Family family, String prefix, String modelType) {
        return family.architecture(ForecastFamily::model, prefix + "Model")
                .architecture(
                        config -> Sequence.of(
                                "",
                                Sequence.of("model", model(config)),
                                Distribution.projection(
                                        config,
                                        "parameter_projection",
                                        config.size("d_model"),
                                        config.size("input_size"))),
                        prefix + "ForPrediction")
                .backbone(ForecastFamily::model, modelType);
    }

    private static Block model(Config config) {
        String type = config.text("model_type", "");
        boolean informs = type.equals("informer") && config.flag("distil");
        boolean decomposes = type.equals("autoformer");
        long width = config.size("d_model");
        long features = features(config);
        int encoderLayers = config.count("encoder_layers");
        var encoder = layer(config, "encoder_");
        var decoder = layer(config, "decoder_");
        List<Block> blocks = new ArrayList<>();
        if (config.size("num_static_categorical_features", 0) > 0) {
            blocks.add(categories(config));
        }
        blocks.add(Sequence.tower(
                Tower.ENCODER,
                "encoder",
                embedding(config, features),
                Repeat.of("layers", encoderLayers, encoderLayer(encoder, decomposes)),
                informs
                        ? Repeat.of(
                                "conv_layers",
                                Math.max(0, encoderLayers - 1),
                                Sequence.of(
                                        "",
                                        Convolution.line("downConv", width, width, 3, true),
                                        Norm.batch("norm", width)))
                        : Sequence.of("")));
        blocks.add(Sequence.of(
                "decoder",
                embedding(config, features),
                Repeat.of("layers", config.count("decoder_layers"), decoderLayer(decoder, decomposes, features)),
                decomposes
                        ? Linear.of("seasonality_projection", width, features, true)
                                .as(Role.HEAD)
                        : Sequence.of("")));
        return Sequence.of("", blocks);
    }

    private static BartLayer layer(Config config, String side) {
        long width = config.size("d_model");
        int headCount = EncoderLayer.heads(config, width, config.count(side + "attention_heads"))
                .headCount();
        return BartLayer.of(width, headCount, config.size(side + "ffn_dim"), config.text("activation_function"), false);
    }

    private static Block encoderLayer(BartLayer layer, boolean decomposes) {
        return Sequence.of(
                "",
                layer.around(layer.attention("self_attn", Span.bidirectional()), "self_attn_layer_norm"),
                layer.around(layer.feedForward(), lastNorm(decomposes)));
    }

    private static Block decoderLayer(BartLayer layer, boolean decomposes, long features) {
        Block usual = Sequence.of(
                "",
                layer.around(layer.attention("self_attn", Span.causal()), "self_attn_layer_norm"),
                layer.around(layer.attention("encoder_attn", Span.cross()), "encoder_attn_layer_norm"),
                layer.around(layer.feedForward(), lastNorm(decomposes)));
        return decomposes
                ? Sequence.of("", usual, Convolution.line("trend_projection", layer.hiddenSize(), features, 3, false))
                : usual;
    }

    private static String lastNorm(boolean decomposes) {
        return decomposes ? "final_layer_norm.layernorm" : "final_layer_norm";
    }

    /// Values and features as one vector, a sinusoid for each step, a norm.
    private static Block embedding(Config config, long features) {
        long width = config.size("d_model");
        long horizon = config.size("prediction_length");
        long context = config.size("context_length", 0);
        return Sequence.of(
                "",
                Linear.of("value_embedding.value_projection", features, width).as(Role.EMBEDDING),
                Embedding.positions("embed_positions", Math.addExact(context == 0 ? horizon : context, horizon), width),
                Norm.layer("layernorm_embedding", width, 1e-5));
    }

    private static List<Long> cardinalities(Config config) {
        List<Long> given = config.integers("cardinality");
        return given.isEmpty() || config.size("num_static_categorical_features", 0) == 0 ? List.of(0L) : given;
    }

    private static List<Long> dimensions(Config config) {
        List<Long> given = config.integers("embedding_dimension");
        return given.isEmpty() || config.size("num_static_categorical_features", 0) == 0
                ? cardinalities(config).stream()
                        .map(count -> Math.min(50, (count + 1) / 2))
                        .toList()
                : given;
    }

    private static Block categories(Config config) {
        List<Long> rows = cardinalities(config);
        List<Long> widths = dimensions(config);
        return Repeat.of(
                "embedder.embedders",
                Math.min(rows.size(), widths.size()),
                i -> Embedding.of("", rows.get(i), widths.get(i)));
    }

    /// Numbers a step: lags of every value, embedded categories, given features, and the scale and location of the
    /// values.
    private static long features(Config config) {
        long values = config.size("input_size");
        int lags = config.has("lags_sequence") ? config.items("lags_sequence").size() : 7;
        long categories = dimensions(config).stream().reduce(0L, Math::addExact);
        return Math.multiplyExact(values, lags)
                + categories
                + config.size("num_dynamic_real_features")
                + config.size("num_time_features")
                + config.size("num_static_real_features")
                + 2 * values;
    }
}
