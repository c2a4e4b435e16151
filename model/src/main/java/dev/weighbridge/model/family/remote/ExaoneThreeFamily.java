package dev.weighbridge.model.family.remote;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;

/// EXAONE 3 and 3.5 and EXAONE Deep (LG, arXiv:2412.04862): Llama's layers in names that follow GPT-Neo's.
final class ExaoneThreeFamily {
    private ExaoneThreeFamily() {}

    static Family family() {
        return Family.named("exaone3").architecture(ExaoneThreeFamily::causal, "ExaoneForCausalLM");
    }

    private static Block causal(Config config) {
        long hidden = config.size("hidden_size");
        Block attention = GroupedAttention.of(config)
                .named("attn.attention")
                .projections("q_proj", "k_proj", "v_proj", "out_proj")
                .rotary(config)
                .build();
        Block feedForward = FeedForwards.gated(
                "mlp",
                hidden,
                config.size("intermediate_size", 4 * hidden),
                config.text("activation_function", "silu"),
                false,
                "c_fc_0",
                "c_fc_1",
                "c_proj");
        Block layer = Sequence.of(
                "",
                Residual.of(TextModel.norm(config, Norm.Kind.RMS, "ln_1"), attention),
                Residual.of(TextModel.norm(config, Norm.Kind.RMS, "ln_2"), feedForward));
        return Sequence.of(
                "",
                Sequence.of(
                        "transformer",
                        Embedding.of("wte", config.size("vocab_size"), hidden),
                        Repeat.of("h", config.count(config.firstOf("num_layers", "num_hidden_layers")), layer),
                        TextModel.norm(config, Norm.Kind.RMS, "ln_f")),
                TextModel.head(config, "lm_head", "transformer.wte"));
    }
}
