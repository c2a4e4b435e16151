package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;

/// Llama 1 to 3 (arXiv:2302.13971, arXiv:2407.21783) and models of the same structure.
final class LlamaFamily {
    private LlamaFamily() {}

    static Family family() {
        return Family.named("llama")
                .architecture(config -> TextModel.causal(config, backbone(config)), "LlamaForCausalLM")
                .architecture(LlamaFamily::backbone, "LlamaModel")
                .backbone(LlamaFamily::backbone, "llama");
    }

    static Block backbone(Config config) {
        return TextModel.backbone(config, index -> layer(config, index), Norm.Kind.RMS);
    }

    private static Block layer(Config config, int index) {
        boolean bias = config.flag("attention_bias");
        var heads = GroupedAttention.heads(config);
        Attention attention = GroupedAttention.of(config)
                .bias(bias, bias)
                .span(TextModel.span(config, index))
                .rotary(Rotaries.of(config, heads.headDim()))
                .build();
        var feedForward = FeedForwards.gated(
                "mlp",
                config.size("hidden_size"),
                config.size("intermediate_size"),
                config.text("hidden_act"),
                config.flag("mlp_bias"));
        return TextModel.layer(config, Norm.Kind.RMS, attention, feedForward);
    }
}
