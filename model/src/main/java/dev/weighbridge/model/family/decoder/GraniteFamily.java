package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
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
import java.util.function.IntFunction;

/// Granite 3 (arXiv:2408.13359, Power): Llama's layers with factors on embedding, branches, scores and logits. The
/// variant
/// with windows adds one sink a head and a base of rotary positions a layer.
final class GraniteFamily {
    private GraniteFamily() {}

    static Family family() {
        Family family = Family.named("granite");
        TextModel.members(family, "Granite", GraniteFamily::granite, GraniteFamily::head, "granite");
        return TextModel.members(family, "GraniteSWA", GraniteFamily::windowed, GraniteFamily::head, "granite_swa");
    }

    private static Block head(Config config) {
        Head head = Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size"))
                .scaled(1 / config.number("logits_scaling", 1));
        return TextModel.head(config, head, "model.embed_tokens");
    }

    private static Block granite(Config config) {
        Block layer = layer(config, attention(config).rotary(config));
        return backbone(config, _ -> layer);
    }

    private static Block windowed(Config config) {
        LayerTypes types = LayerTypes.mixers(config, index -> index % 4 == 0 ? "full_attention" : "sliding_attention");
        return backbone(config, index -> {
            return layer(
                    config,
                    attention(config)
                            .span(TextModel.span(config, types.at(index)))
                            .rotary(rotary(config, index))
                            .with(Slot.SINKS, Table.of("sinks", config.count("num_attention_heads"))));
        });
    }

    /// `layer_rope_theta` gives each layer its base, 0 for none.
    private static Rotary rotary(Config config, int index) {
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

    private static GroupedAttention attention(Config config) {
        boolean bias = config.flag("attention_bias");
        return GroupedAttention.of(config).bias(bias, bias).scored(config.number("attention_multiplier", 1), 0);
    }

    private static Block layer(Config config, GroupedAttention attention) {
        double factor = config.number("residual_multiplier", 1);
        return Sequence.of(
                "",
                Residual.scaled(factor, TextModel.norm(config, Norm.Kind.RMS, "input_layernorm"), attention.build()),
                Residual.scaled(
                        factor,
                        TextModel.norm(config, Norm.Kind.RMS, "post_attention_layernorm"),
                        FeedForwards.gated(config, config.flag("mlp_bias"))));
    }

    private static Block backbone(Config config, IntFunction<? extends Block> layer) {
        return Sequence.of(
                "",
                Embedding.of("embed_tokens", config.size("vocab_size"), config.size("hidden_size"))
                        .scaled(config.number("embedding_multiplier", 1)),
                Repeat.of("layers", config.count("num_hidden_layers"), layer),
                TextModel.norm(config, Norm.Kind.RMS, "norm"));
    }
}
