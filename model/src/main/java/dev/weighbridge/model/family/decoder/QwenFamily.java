package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.TextModel;
import java.util.function.Supplier;

/// Qwen 1.5 to 2.5 (arXiv:2407.10671: biases on query, key and value), Qwen 3 (arXiv:2505.09388: norms of query and key
/// heads in their place), and the language models of the vision-language models built on them.
final class QwenFamily {
    private QwenFamily() {}

    static Family family() {
        Family family = Family.named("qwen");
        TextModel.members(family, "Qwen2", QwenFamily::qwen2, "qwen2");
        TextModel.members(family, "Qwen3", QwenFamily::qwen3, "qwen3");
        return family.architecture(QwenFamily::qwen2, "Qwen2VLTextModel", "Qwen2_5_VLTextModel")
                .backbone(QwenFamily::qwen2, "qwen2_vl_text", "qwen2_5_vl_text")
                .architecture(QwenFamily::qwen3, "Qwen3VLTextModel")
                .backbone(QwenFamily::qwen3, "qwen3_vl_text");
    }

    private static Block qwen2(Config config) {
        return backbone(config, () -> GroupedAttention.of(config).bias(true, false));
    }

    private static Block qwen3(Config config) {
        boolean bias = config.flag("attention_bias");
        long headDim = GroupedAttention.heads(config).headDim();
        double epsilon = TextModel.epsilon(config);
        return backbone(
                config,
                () -> GroupedAttention.of(config)
                        .bias(bias, bias)
                        .normed(Norm.rms("q_norm", headDim, epsilon), Norm.rms("k_norm", headDim, epsilon)));
    }

    private static Block backbone(Config config, Supplier<GroupedAttention> attention) {
        return TextModel.backbone(
                config,
                types(config)
                        .layers(type -> TextModel.layer(
                                config,
                                Norm.Kind.RMS,
                                attention
                                        .get()
                                        .span(TextModel.span(config, type))
                                        .rotary(config)
                                        .build(),
                                FeedForwards.gated(config, false))),
                Norm.Kind.RMS);
    }

    /// With `use_sliding_window` the layers from `max_window_layers` on have a window, unless `layer_types` says which.
    private static LayerTypes types(Config config) {
        if (!config.flag("use_sliding_window")) {
            return LayerTypes.mixers(config.with("layer_types", null), _ -> "full_attention");
        }
        long from = config.integer("max_window_layers", 0);
        return LayerTypes.mixers(config, index -> index >= from ? "sliding_attention" : "full_attention");
    }
}
