package dev.weighbridge.model.family.series;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// TimesFM (arXiv:2310.10688): a decoder over patches of a series that forecasts the next patch with its quantiles.
/// Queries
/// are scaled by a learned vector.
final class TimesFmFamily {
    private TimesFmFamily() {}

    static Family family() {
        return Family.named("timesfm")
                .architecture(TimesFmFamily::first, "TimesFmModel")
                .backbone(TimesFmFamily::first, "timesfm")
                .architecture(TimesFmFamily::firstPrediction, "TimesFmModelForPrediction")
                .architecture(TimesFmFamily::second, "TimesFm2_5Model")
                .backbone(TimesFmFamily::second, "timesfm2_5")
                .architecture(TimesFmFamily::secondPrediction, "TimesFm2_5ModelForPrediction");
    }

    /// A feed-forward beside a matrix.
    private static Block residualBlock(String name, long in, long inner, long out, boolean bias, String activation) {
        return new Parallel(
                name,
                List.of(
                        FeedForwards.plain(
                                "",
                                activation,
                                Linear.of("input_layer", in, inner, bias),
                                Linear.of("output_layer", inner, out, bias)),
                        Linear.of("residual_layer", in, out, bias)));
    }

    private static Block first(Config config) {
        long width = config.size("hidden_size");
        long inner = config.size("intermediate_size");
        Block layer = Sequence.of(
                "",
                Residual.of(
                        TextModel.norm(config, Norm.Kind.RMS, "input_layernorm"),
                        GroupedAttention.of(config)
                                .bias(true, true)
                                .with(Slot.OTHER, Table.of("scaling", config.size("head_dim")))
                                .build()),
                Residual.of(Sequence.of(
                        "mlp",
                        Norm.layer("layer_norm", width, 1e-6),
                        FeedForwards.plain("", width, inner, "relu", true, "gate_proj", "down_proj"))));
        return Sequence.of(
                "",
                residualBlock(
                        "input_ff_layer",
                        Math.multiplyExact(2, config.size("patch_length")),
                        inner,
                        width,
                        true,
                        "silu"),
                Embedding.of("freq_emb", config.size("freq_size"), width),
                config.flag("use_positional_embedding")
                        ? Table.buffer("position_emb.inv_timescales", width / 2)
                        : Sequence.of(""),
                Repeat.of("layers", config.count("num_hidden_layers"), layer));
    }

    private static Block firstPrediction(Config config) {
        long out = Math.multiplyExact(
                config.size("horizon_length"), 1 + config.items("quantiles").size());
        return Sequence.of(
                "",
                Sequence.of("decoder", first(config)),
                residualBlock(
                        "horizon_ff_layer",
                        config.size("hidden_size"),
                        config.size("intermediate_size"),
                        out,
                        true,
                        "silu"));
    }

    private static Block second(Config config) {
        long width = config.size("hidden_size");
        long headDim = GroupedAttention.heads(config).headDim();
        double epsilon = TextModel.epsilon(config);
        boolean bias = config.flag("attention_bias");
        Attention attention = GroupedAttention.of(config)
                .bias(bias, bias)
                .rotary(config)
                .with(Slot.OTHER, Table.of("scaling", headDim))
                .normed(Norm.rms("q_norm", headDim, epsilon), Norm.rms("k_norm", headDim, epsilon))
                .build();
        Block layer = TextModel.sandwichLayer(
                config,
                Norm.Kind.RMS,
                attention,
                FeedForwards.plain(
                        "mlp",
                        width,
                        config.size("intermediate_size"),
                        config.text("activation"),
                        config.flag("use_bias"),
                        "ff0",
                        "ff1"));
        return Sequence.of(
                "",
                residualBlock(
                        "input_ff_layer",
                        Math.multiplyExact(2, config.size("patch_length")),
                        width,
                        width,
                        true,
                        config.text("activation")),
                Repeat.of("layers", config.count("num_hidden_layers"), layer));
    }

    private static Block secondPrediction(Config config) {
        long width = config.size("hidden_size");
        long quantiles = config.items("quantiles").size() + 1L;
        boolean bias = config.flag("use_bias");
        String activation = config.text("activation");
        return Sequence.of(
                "",
                Sequence.of("model", second(config)),
                residualBlock(
                        "output_projection_point",
                        width,
                        width,
                        Math.multiplyExact(config.size("horizon_length"), quantiles),
                        bias,
                        activation),
                residualBlock(
                        "output_projection_quantiles",
                        width,
                        width,
                        Math.multiplyExact(config.size("output_quantile_len"), quantiles),
                        bias,
                        activation));
    }
}
