package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// JetMoE (arXiv:2404.07413): the query and output projections are experts too, a token's heads being those of the
/// experts it meets; keys and values are shared by all.
final class JetmoeFamily {
    private JetmoeFamily() {}

    static Family family() {
        return TextModel.members(Family.named("jetmoe"), "JetMoe", JetmoeFamily::backbone, "jetmoe");
    }

    private static Block backbone(Config config) {
        Block layer = TextModel.layer(config, Norm.Kind.RMS, attention(config), feedForward(config));
        return TextModel.backbone(config, _ -> layer, Norm.Kind.RMS);
    }

    private static Block attention(Config config) {
        long hidden = config.size("hidden_size");
        int kvHeadCount = config.count("num_key_value_heads");
        int active = config.count("num_experts_per_tok");
        Heads heads = Heads.of(kvHeadCount * active, kvHeadCount, config.size("kv_channels"));
        Block expert = Sequence.of(
                "",
                Linear.of("input_linear", hidden, heads.keyWidth()),
                Linear.of("output_linear", heads.keyWidth(), hidden));
        return Attention.of(
                "self_attention",
                heads,
                Span.causal(),
                Rotaries.of(config, heads.headDim()),
                List.of(
                        new Part(Slot.QUERY, experts(config, "experts", expert)),
                        new Part(Slot.KEY_VALUE, Linear.of("kv_proj", hidden, 2 * heads.keyWidth()))));
    }

    private static Block feedForward(Config config) {
        return experts(
                config,
                "mlp",
                FeedForwards.fusedGated(
                        "",
                        config.size("hidden_size"),
                        config.size("intermediate_size"),
                        config.text("activation_function"),
                        false,
                        "input_linear",
                        "output_linear"));
    }

    private static Block experts(Config config, String name, Block expert) {
        return MixtureOfExperts.of(expert, config.count("num_local_experts"), config.count("num_experts_per_tok"))
                .named(name, "")
                .stacked()
                .router("router.layer", config.size("hidden_size"))
                .with(Slot.OTHER, Table.of("bias", config.size("hidden_size")))
                .build();
    }
}
