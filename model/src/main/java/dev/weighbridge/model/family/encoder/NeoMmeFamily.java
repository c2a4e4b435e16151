package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// NeoMME, an encoder of words and patches: factored embeddings, attention that leaves out the position itself, gated
/// outputs, and a second table of words that enters the values of the first and last full layer.
final class NeoMmeFamily {
    private NeoMmeFamily() {}

    static Family family() {
        return Family.named("neomme")
                .architecture(NeoMmeFamily::masked, "NeoMMEForMaskedLM")
                .architecture(NeoMmeFamily::model, "NeoMMEModel")
                .backbone(NeoMmeFamily::model, "neomme");
    }

    private static Block model(Config config) {
        long hidden = config.size("hidden_size");
        long rank = config.size("embedding_rank");
        long vocabulary = config.size("vocab_size");
        long patch = Math.multiplyExact(3L, Math.multiplyExact(config.size("patch_size"), config.size("patch_size")));
        int layerCount = config.count("num_hidden_layers");
        LayerTypes types = LayerTypes.mixers(
                config,
                index -> (index + 1) % 6 == 0 || index == layerCount - 1 ? "full_attention" : "sliding_attention");
        return Sequence.of(
                "",
                Sequence.of(
                        "embed_tokens",
                        Embedding.of("word_embeddings", vocabulary, rank),
                        Linear.of("embedding_projection", rank, hidden).as(Role.PROJECTION)),
                Sequence.tower(
                        Tower.VISION,
                        "patch_embeddings",
                        Norm.layer("norm", patch, 1e-5),
                        Linear.of("up_proj", patch, 2 * hidden),
                        Linear.of("down_proj", 2 * hidden, hidden, true)),
                Embedding.of(
                        "value_embeddings",
                        vocabulary,
                        GroupedAttention.heads(config).keyWidth()),
                Repeat.of("layers", layerCount, index -> layer(config, types, index)),
                norm(config));
    }

    /// Each layer mixes the residual stream with the embedding by two trained factors.
    private static Block layer(Config config, LayerTypes types, int index) {
        double scale = config.number("residual_multiplier", 1 / Math.sqrt(2.0 * config.count("num_hidden_layers")));
        Block feedForward = FeedForwards.plain(
                "mlp",
                config.size("hidden_size"),
                config.size("intermediate_size"),
                config.text("hidden_act"),
                config.flag("mlp_bias"),
                "up_proj",
                "down_proj");
        return Sequence.of(
                "",
                Table.of("lambdas", 2),
                new Residual(
                        List.of(
                                norm(config),
                                attention(config, types.types().get(index), window(config, types, index))),
                        false,
                        scale),
                new Residual(List.of(norm(config), feedForward), false, scale));
    }

    /// Half the width of the window on either side: that of the layer where the configuration lists one, else the
    /// usual.
    private static long window(Config config, LayerTypes types, int index) {
        long usual = config.size("sliding_window", 256);
        if (config.has("per_layer_config")) {
            Config layers = config.part("per_layer_config");
            String padded = index < 10 ? "0" + index : String.valueOf(index);
            return layers.optionalPart(padded)
                    .or(() -> layers.optionalPart(String.valueOf(index)))
                    .map(layer -> layer.size("sliding_window", usual))
                    .orElse(usual);
        }
        long earlier = types.types().subList(0, index).stream()
                .filter("sliding_attention"::equals)
                .count();
        return earlier % 2 == 1 ? 1024 : usual;
    }

    private static Block attention(Config config, String type, long window) {
        long hidden = config.size("hidden_size");
        boolean bias = config.flag("attention_bias");
        Heads heads = GroupedAttention.heads(config);
        boolean full = type.equals("full_attention");
        return GroupedAttention.of(config)
                .projections("q_proj", "k_proj", "v_proj", "output_projection.o_proj")
                .bias(bias, bias)
                .span(full ? Span.bidirectional() : new Span(Span.Kind.BIDIRECTIONAL_WINDOW, 2 * window))
                .rotary(Rotaries.of(config, heads.headDim(), type, full ? 1_000_000 : 10_000, full ? 0.25 : 1))
                .with(Slot.OTHER, Table.of("exclusive_self_attention.alpha", heads.headCount()))
                .with(Slot.OUTPUT_GATE, Linear.of("output_projection.gate_proj", hidden, heads.queryWidth()))
                .build();
    }

    private static Norm norm(Config config) {
        return Norm.rms("", config.size("hidden_size"), config.number("norm_eps", 1e-6))
                .untrained();
    }

    private static Block masked(Config config) {
        long rank = config.size("embedding_rank");
        Linear down = Linear.of("unembedding_projection", rank, config.size("hidden_size"))
                .as(Role.HEAD);
        Head head = Head.of("lm_head", rank, config.size("vocab_size"));
        return Sequence.of(
                "",
                Sequence.of("model", model(config)),
                config.flag("tie_word_embeddings", true)
                        ? new Tied(down, "model.embed_tokens.embedding_projection")
                        : down,
                TextModel.head(config, head, "model.embed_tokens.word_embeddings"));
    }
}
