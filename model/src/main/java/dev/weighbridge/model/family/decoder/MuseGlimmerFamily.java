package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// The language model of Muse Glimmer: a normalised embedding, norms before and after the branches, gated attention
/// whose
/// normalised queries are scaled, three layers with a window to one full layer without positions.
final class MuseGlimmerFamily {
    private MuseGlimmerFamily() {}

    static Family family() {
        return Family.named("muse_glimmer")
                .architecture(MuseGlimmerFamily::backbone, "MuseGlimmerTextModel")
                .backbone(MuseGlimmerFamily::backbone, "muse_glimmer_text");
    }

    private static Block backbone(Config config) {
        int layerCount = config.count("num_hidden_layers");
        LayerTypes types =
                LayerTypes.mixers(config, index -> isFull(layerCount, index) ? "full_attention" : "sliding_attention");
        long hidden = config.size("hidden_size");
        double epsilon = TextModel.epsilon(config);
        return Sequence.of(
                "",
                Embedding.of("embed_tokens", config.size("vocab_size"), hidden),
                Norm.rms("", hidden, epsilon).untrained(),
                Repeat.of("layers", layerCount, index -> layer(config, types.at(index), index)),
                Norm.rms("norm", hidden, epsilon));
    }

    /// Counted from the last layer, which is full.
    private static boolean isFull(int layerCount, int index) {
        return (layerCount - 1 - index) % 4 == 0;
    }

    private static Block layer(Config config, String type, int index) {
        long hidden = config.size("hidden_size");
        double epsilon = TextModel.epsilon(config);
        double after = config.number("post_norm_eps", 1e-8);
        return Sequence.of(
                "",
                Residual.of(
                        Norm.rmsOffset("input_layernorm", hidden, epsilon),
                        attention(config, type, index),
                        Norm.rmsOffset("post_attention_layernorm", hidden, after)),
                Residual.of(
                        Norm.rmsOffset("pre_feedforward_layernorm", hidden, epsilon),
                        FeedForwards.gated(config, false),
                        Norm.rmsOffset("post_feedforward_layernorm", hidden, after)));
    }

    private static Block attention(Config config, String type, int index) {
        Heads heads = GroupedAttention.heads(config);
        Norm norm =
                Norm.rms("qk_norm", heads.headDim(), TextModel.epsilon(config)).untrained();
        boolean bias = config.flag("attention_bias");
        var attention = GroupedAttention.of(config)
                .bias(bias, bias)
                .span(TextModel.span(config, type))
                .scored(config.number("qk_scale_factor", 1) / Math.sqrt((double) heads.headDim()), 0)
                .normed(norm, norm)
                .with(Slot.OUTPUT_GATE, Linear.of("gate_proj", config.size("hidden_size"), heads.queryWidth()));
        return (isRotated(config, index) ? attention.rotary(config) : attention).build();
    }

    /// `layer_rope_theta` holds 0 for a layer without positions.
    private static boolean isRotated(Config config, int index) {
        List<Double> bases = config.numbers("layer_rope_theta");
        return index < bases.size() ? bases.get(index) != 0 : !isFull(config.count("num_hidden_layers"), index);
    }
}
