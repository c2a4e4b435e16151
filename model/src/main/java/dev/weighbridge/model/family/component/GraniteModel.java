package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.config.Config;
import java.util.List;
import java.util.function.IntFunction;

/// The pieces of Granite 3 and 4 (Power scheduler models, arXiv:2408.13359): Llama's layers with factors on embedding,
/// branches, scores and logits.
public final class GraniteModel {
    private GraniteModel() {}

    /// The head, its logits divided by `logits_scaling`.
    public static Block head(Config config) {
        Head head = Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size"))
                .scaled(1 / config.number("logits_scaling", 1));
        return TextModel.head(config, head, "model.embed_tokens");
    }

    /// Embedding times `embedding_multiplier`, numbered layers, final norm.
    public static Sequence backbone(Config config, IntFunction<? extends Block> layer) {
        return Sequence.of(
                "",
                Embedding.of("embed_tokens", config.size("vocab_size"), config.size("hidden_size"))
                        .scaled(config.number("embedding_multiplier", 1)),
                Repeat.of("layers", config.count("num_hidden_layers"), layer),
                TextModel.norm(config, Norm.Kind.RMS, "norm"));
    }

    /// The pre-norm layer, both branches times `residual_multiplier`.
    public static Sequence layer(Config config, Block mixer, Block feedForward) {
        double factor = config.number("residual_multiplier", 1);
        return Sequence.of(
                "",
                Residual.scaled(factor, TextModel.norm(config, Norm.Kind.RMS, "input_layernorm"), mixer),
                Residual.scaled(
                        factor, TextModel.norm(config, Norm.Kind.RMS, "post_attention_layernorm"), feedForward));
    }

    /// Attention whose scores are multiplied by `attention_multiplier`.
    public static GroupedAttention attention(Config config) {
        boolean bias = config.flag("attention_bias");
        return GroupedAttention.of(config).bias(bias, bias).scored(config.number("attention_multiplier", 1), 0);
    }

    /// The rotary positions of a layer, whose base `layer_rope_theta` may give, 0 for none.
    public static Rotary rotary(Config config, int index) {
        Rotary shared = Rotaries.of(config, GroupedAttention.heads(config).headDim());
        List<?> bases = config.items("layer_rope_theta");
        if (bases.isEmpty()) {
            return shared;
        }
        if (index >= bases.size()) {
            throw config.malformed(
                    "layer_rope_theta", "holds " + bases.size() + " bases; layer " + index + " has none");
        }
        return bases.get(index) instanceof Number base && base.doubleValue() != 0
                ? new Rotary(base.doubleValue(), shared.dimensions(), shared.interleaved(), shared.scaling())
                : Rotary.NONE;
    }

    /// The feed-forward of Granite's mixtures: stacked experts `block_sparse_moe`, and `shared_mlp` of
    /// `shared_intermediate_size` beside them; either may be absent.
    public static Block experts(Config config) {
        return experts(
                config,
                feedForward(config, "", config.size("intermediate_size")),
                "block_sparse_moe",
                "block_sparse_moe.router.layer");
    }

    /// The same with experts of another form, that and their router under other names.
    public static Block experts(Config config, Block expert, String expertsName, String routerName) {
        int count = config.count("num_local_experts", 0);
        long sharedSize = config.size("shared_intermediate_size", 0);
        if (count == 0) {
            return feedForward(config, "shared_mlp", sharedSize);
        }
        var experts = MixtureOfExperts.of(expert, count, config.count("num_experts_per_tok"))
                .named("", expertsName)
                .stacked()
                .router(routerName, config.size("hidden_size"));
        return sharedSize == 0
                ? experts.build()
                : experts.with(Slot.SHARED_EXPERT, feedForward(config, "shared_mlp", sharedSize))
                        .build();
    }

    private static FeedForward feedForward(Config config, String name, long inner) {
        return FeedForwards.fusedGated(
                name,
                config.size("hidden_size"),
                inner,
                config.text("hidden_act"),
                false,
                "input_linear",
                "output_linear");
    }
}
