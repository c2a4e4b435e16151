package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;

/// Phi 1 to 2 (arXiv:2306.11644, arXiv:2309.05463): attention and a plain feed-forward side by side, biases everywhere.
/// Phi 3 and 4 (arXiv:2404.14219, arXiv:2412.08905): Llama's layer with fused matrices.
final class PhiFamily {
    private PhiFamily() {}

    static Family family() {
        Family family = Family.named("phi");
        TextModel.members(family, "Phi", PhiFamily::phi, PhiFamily::biasedHead, "phi");
        return TextModel.members(family, "Phi3", PhiFamily::phi3, "phi3");
    }

    private static Block biasedHead(Config config) {
        Head head = Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size"));
        return TextModel.head(config, head.biased(), "model.embed_tokens");
    }

    private static Block phi(Config config) {
        double epsilon = TextModel.epsilon(config);
        var heads = GroupedAttention.heads(config);
        var attention = GroupedAttention.of(config)
                .projections("q_proj", "k_proj", "v_proj", "dense")
                .bias(true, true)
                .rotary(Rotaries.of(config, heads.headDim(), "", 10_000, 0.5));
        if (config.flag("qk_layernorm")) {
            attention.normed(
                    Norm.layer("q_layernorm", heads.headDim(), epsilon),
                    Norm.layer("k_layernorm", heads.headDim(), epsilon));
        }
        Block layer = Residual.of(
                TextModel.norm(config, Norm.Kind.LAYER, "input_layernorm"),
                Parallel.of(attention.build(), FeedForwards.plain(config, true, "fc1", "fc2")));
        return Sequence.of(
                "",
                Embedding.of("embed_tokens", config.size("vocab_size"), config.size("hidden_size")),
                Repeat.of("layers", config.count("num_hidden_layers"), layer),
                TextModel.norm(config, Norm.Kind.LAYER, "final_layernorm"));
    }

    private static Block phi3(Config config) {
        var attention = GroupedAttention.of(config)
                .span(TextModel.window(config))
                .rotary(config)
                .buildFused("qkv_proj");
        Block layer = TextModel.layer(config, Norm.Kind.RMS, attention, FeedForwards.fusedGated(config));
        return TextModel.backbone(config, _ -> layer, Norm.Kind.RMS);
    }
}
