package dev.weighbridge.model.family.hybrid;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.LinearAttention;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.QwenExperts;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/// Qwen3-Next and Qwen3.5: gated delta nets (arXiv:2412.06464) in three of four layers, gated attention
/// (arXiv:2505.06708) in the fourth.
final class QwenNextFamily {
    private QwenNextFamily() {}

    static Family family() {
        var family = Family.named("qwen-next")
                .architecture(config -> TextModel.causal(config, next(config)), "Qwen3NextForCausalLM")
                .architecture(QwenNextFamily::next, "Qwen3NextModel")
                .backbone(QwenNextFamily::next, "qwen3_next");
        add(family, QwenNextFamily::dense, "qwen3_5_text", "Qwen3_5ForCausalLM", "Qwen3_5TextModel");
        add(family, QwenNextFamily::sparse, "qwen3_5_moe_text", "Qwen3_5MoeForCausalLM", "Qwen3_5MoeTextModel");
        return family;
    }

    /// Qwen3.5's language model keeps the place that it has inside the vision-language model.
    private static void add(
            Family family, Function<Config, Block> backbone, String modelType, String causal, String bare) {
        family.architecture(
                        config -> Sequence.of(
                                "",
                                Sequence.of("model.language_model", backbone.apply(config)),
                                TextModel.head(config, "lm_head", "model.language_model.embed_tokens")),
                        causal)
                .architecture(backbone, bare)
                .backbone(backbone, modelType);
    }

    private static Block next(Config config) {
        var feedForward = QwenExperts.of(config, QwenExperts.withShared(config, config.flag("norm_topk_prob", true)));
        return backbone(config, true, feedForward::at);
    }

    private static Block dense(Config config) {
        Block feedForward = FeedForwards.gated(
                "mlp", config.size("hidden_size"), config.size("intermediate_size"), config.text("hidden_act"), false);
        return backbone(config, false, _ -> feedForward);
    }

    private static Block sparse(Config config) {
        Block experts = QwenExperts.withShared(config, true).build();
        return backbone(config, false, _ -> experts);
    }

    private static Block backbone(Config config, boolean fused, IntFunction<Block> feedForward) {
        int interval = Math.max(1, config.count("full_attention_interval", 4));
        LayerTypes types =
                LayerTypes.mixers(config, index -> (index + 1) % interval == 0 ? "full_attention" : "linear_attention");
        Block whole = attention(config);
        Block linear = deltaNet(config, fused);
        return TextModel.backbone(
                config,
                index -> TextModel.layer(
                        config,
                        Norm.Kind.RMS_OFFSET,
                        types.is(index, "full_attention") ? whole : linear,
                        feedForward.apply(index)),
                Norm.Kind.RMS_OFFSET);
    }

    /// Attention whose query projection also yields the gate of the output.
    private static Attention attention(Config config) {
        Heads heads = GroupedAttention.heads(config);
        boolean bias = config.flag("attention_bias");
        double epsilon = config.number("rms_norm_eps", 1e-6);
        return GroupedAttention.of(config)
                .bias(bias, bias)
                .gatedQuery()
                .rotary(Rotaries.of(config, heads.headDim(), "", 10_000, 0.25))
                .with(Slot.QUERY_NORM, Norm.rmsOffset("q_norm", heads.headDim(), epsilon))
                .with(Slot.KEY_NORM, Norm.rmsOffset("k_norm", heads.headDim(), epsilon))
                .build();
    }

    /// The delta net; Qwen3-Next fuses its input projections, Qwen3.5 keeps them apart.
    private static LinearAttention deltaNet(Config config, boolean fused) {
        long hidden = config.size("hidden_size");
        int keyHeads = config.count("linear_num_key_heads");
        int valueHeads = config.count("linear_num_value_heads");
        long keyDim = config.size("linear_key_head_dim");
        long valueDim = config.size("linear_value_head_dim");
        long kernel = config.size("linear_conv_kernel_dim");
        long values = valueHeads * valueDim;
        long mixed = 2L * keyHeads * keyDim + values;
        List<Part> parts = new ArrayList<>();
        if (fused) {
            parts.add(new Part(Slot.INPUT, Linear.of("in_proj_qkvz", hidden, mixed + values)));
            parts.add(new Part(Slot.DYNAMICS, Linear.of("in_proj_ba", hidden, 2L * valueHeads)));
        } else {
            parts.add(new Part(Slot.QUERY_KEY_VALUE, Linear.of("in_proj_qkv", hidden, mixed)));
            parts.add(new Part(Slot.OUTPUT_GATE, Linear.of("in_proj_z", hidden, values)));
            parts.add(new Part(Slot.DYNAMICS, Linear.of("in_proj_b", hidden, valueHeads)));
            parts.add(new Part(Slot.DYNAMICS, Linear.of("in_proj_a", hidden, valueHeads)));
        }
        parts.add(new Part(Slot.CONVOLUTION, Convolution.causal("conv1d", mixed, kernel, false)));
        parts.add(new Part(Slot.DYNAMICS, Table.of("dt_bias", valueHeads)));
        parts.add(new Part(Slot.DYNAMICS, Table.of("A_log", valueHeads)));
        parts.add(new Part(Slot.OUTPUT_NORM, Norm.rms("norm", valueDim, config.number("rms_norm_eps", 1e-6))));
        parts.add(new Part(Slot.OUTPUT, Linear.of("out_proj", values, hidden)));
        return new LinearAttention(
                "linear_attn", LinearAttention.Kind.GATED_DELTA, keyHeads, valueHeads, keyDim, valueDim, kernel, parts);
    }
}
