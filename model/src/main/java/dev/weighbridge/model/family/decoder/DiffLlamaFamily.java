package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// Differential transformer on Llama's layer (arXiv:2410.05258): the heads are halved into pairs, and each pair's
/// output is
/// `(1 − λ₀) · norm(A₁ v − λ A₂ v)` with `λ = exp(λ_q1 · λ_k1) − exp(λ_q2 · λ_k2) + λ₀` and, in layer l counted from 0,
/// `λ₀ = 0.8 − 0.6 · exp(−0.3 l)`.
final class DiffLlamaFamily {
    private DiffLlamaFamily() {}

    static Family family() {
        return TextModel.members(Family.named("diffllama"), "DiffLlama", DiffLlamaFamily::backbone, "diffllama");
    }

    private static Block backbone(Config config) {
        boolean bias = config.flag("attention_bias");
        long headDim = GroupedAttention.heads(config).headDim();
        var attention = GroupedAttention.of(config).bias(bias, bias).rotary(config);
        for (String name : List.of("lambda_q1", "lambda_k1", "lambda_q2", "lambda_k2")) {
            attention.with(Slot.OTHER, Table.of(name, headDim));
        }
        Norm pairNorm =
                Norm.rms("groupnorm", 2 * headDim, TextModel.epsilon(config)).untrained();
        Block layer = TextModel.layer(
                config,
                Norm.Kind.RMS,
                attention.with(Slot.OUTPUT_NORM, pairNorm).build(),
                FeedForwards.gated(config, false));
        return TextModel.backbone(config, _ -> layer, Norm.Kind.RMS);
    }
}
