package dev.weighbridge.model.family.hybrid;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.LinearAttention;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// OLMo Hybrid (Ai2, 2026): gated delta nets with norms before the branches in three of four layers, OLMo 3's attention
/// with norms after them in the fourth. Names and the even split of the convolution are those of the published files.
final class OlmoHybridFamily {
    private OlmoHybridFamily() {}

    static Family family() {
        return TextModel.members(Family.named("olmo-hybrid"), "OlmoHybrid", OlmoHybridFamily::backbone, "olmo_hybrid");
    }

    private static Block backbone(Config config) {
        int layerCount = config.count("num_hidden_layers");
        LayerTypes types = LayerTypes.mixers(
                config,
                index -> index % 4 == 3 || (layerCount < 4 && index == layerCount - 1)
                        ? "full_attention"
                        : "linear_attention");
        Block feedForward = FeedForwards.gated(config, false);
        Norm norm = TextModel.norm(config, Norm.Kind.RMS, "feedforward_layer_norm");
        Block whole = Sequence.of(
                "",
                Residual.of(attention(config), norm),
                Residual.of(feedForward, norm.renamed("post_feedforward_layernorm")));
        Block linear = Sequence.of(
                "",
                Residual.of(norm.renamed("attention_layer_norm"), deltaNet(config)),
                Residual.of(norm, feedForward));
        return TextModel.backbone(config, index -> types.is(index, "full_attention") ? whole : linear, Norm.Kind.RMS);
    }

    private static Block attention(Config config) {
        Heads heads = GroupedAttention.heads(config);
        boolean bias = config.flag("attention_bias");
        double epsilon = TextModel.epsilon(config);
        return GroupedAttention.of(config)
                .bias(bias, bias)
                .rotary(config.has("rope_parameters") ? Rotaries.of(config, heads.headDim()) : Rotary.NONE)
                .normed(Norm.rms("q_norm", heads.queryWidth(), epsilon), Norm.rms("k_norm", heads.keyWidth(), epsilon))
                .build();
    }

    private static Block deltaNet(Config config) {
        long hidden = config.size("hidden_size");
        int keyHeads = config.count("linear_num_key_heads", config.count("num_attention_heads"));
        int valueHeads = config.count("linear_num_value_heads", config.count("num_attention_heads"));
        if (keyHeads == 0) {
            throw config.malformed("linear_num_key_heads", "must not be 0");
        }
        long keyDim = config.size("linear_key_head_dim", (long) (0.75 * hidden / keyHeads));
        long valueDim = config.size("linear_value_head_dim", 2 * keyDim);
        long kernel = config.size("linear_conv_kernel_dim", 4);
        long keys = keyHeads * keyDim;
        long values = valueHeads * valueDim;
        long third = Math.ceilDiv(2 * keys + values, 3);
        return new LinearAttention(
                "linear_attn",
                LinearAttention.Kind.GATED_DELTA,
                keyHeads,
                valueHeads,
                keyDim,
                valueDim,
                kernel,
                List.of(
                        new Part(Slot.QUERY, Linear.of("q_proj", hidden, keys)),
                        new Part(Slot.KEY, Linear.of("k_proj", hidden, keys)),
                        new Part(Slot.VALUE, Linear.of("v_proj", hidden, values)),
                        new Part(Slot.CONVOLUTION, Convolution.causal("q_conv1d", third, kernel, false)),
                        new Part(Slot.CONVOLUTION, Convolution.causal("k_conv1d", third, kernel, false)),
                        new Part(
                                Slot.CONVOLUTION,
                                Convolution.causal("v_conv1d", 2 * keys + values - 2 * third, kernel, false)),
                        new Part(Slot.DYNAMICS, Linear.of("a_proj", hidden, valueHeads)),
                        new Part(Slot.DYNAMICS, Linear.of("b_proj", hidden, valueHeads)),
                        new Part(Slot.DYNAMICS, Table.of("dt_bias", valueHeads)),
                        new Part(Slot.DYNAMICS, Table.of("A_log", valueHeads)),
                        new Part(Slot.OUTPUT_GATE, Linear.of("g_proj", hidden, values)),
                        new Part(Slot.OUTPUT_NORM, Norm.rms("o_norm", valueDim, 1e-5)),
                        new Part(Slot.OUTPUT, Linear.of("o_proj", values, hidden))));
    }
}
