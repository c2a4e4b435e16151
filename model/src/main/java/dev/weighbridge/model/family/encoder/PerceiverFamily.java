package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/// Perceiver IO (arXiv:2107.14795): a fixed number of latents reads the input, thinks, and is read by queries of the
/// output.
final class PerceiverFamily {
    private PerceiverFamily() {}

    static Family family() {
        return Family.named("perceiver").architecture(PerceiverFamily::masked, "PerceiverForMaskedLM");
    }

    /// The decoder's queries are positions; the head is the embedding itself with a bias, and has no name of its own.
    private static Block masked(Config config) {
        long width = config.size("d_model");
        long latents = config.size("d_latents");
        long vocabulary = config.size("vocab_size");
        long positions = config.size("max_position_embeddings");
        return Sequence.of(
                "",
                Sequence.of(
                        "perceiver",
                        Sequence.of(
                                "input_preprocessor",
                                Embedding.of("embeddings", vocabulary, width),
                                Embedding.positions("position_embeddings", positions, width)),
                        Table.of("embeddings.latents", config.size("num_latents"), latents),
                        encoder(config),
                        Sequence.of(
                                "decoder",
                                Table.positions("output_position_encodings.position_embeddings", positions, width),
                                layer(
                                        config,
                                        "decoding_cross_attention",
                                        width,
                                        latents,
                                        8,
                                        8 * 32,
                                        width,
                                        width,
                                        1,
                                        false))),
                new Table("embedding_decoder.bias", Shape.of(vocabulary), Role.HEAD));
    }

    private static Block encoder(Config config) {
        long width = config.size("d_model");
        long latents = config.size("d_latents");
        boolean byInput =
                config.text("cross_attention_shape_for_attention", "kv").equals("kv");
        long crossKeys = config.size("qk_channels", byInput ? width : latents);
        long keys = config.size("qk_channels", latents);
        return Sequence.of(
                "encoder",
                layer(
                        config,
                        "cross_attention",
                        latents,
                        width,
                        config.count("num_cross_attention_heads"),
                        crossKeys,
                        config.size("v_channels", crossKeys),
                        latents,
                        config.size("cross_attention_widening_factor"),
                        config.flag("use_query_residual", true)),
                Repeat.of(
                                "self_attends",
                                config.count("num_self_attends_per_block"),
                                layer(
                                        config,
                                        "",
                                        latents,
                                        0,
                                        config.count("num_self_attention_heads"),
                                        keys,
                                        config.size("v_channels", keys),
                                        latents,
                                        config.size("self_attention_widening_factor"),
                                        true))
                        .passed(config.count("num_blocks", 1)));
    }

    /// Attention of `width` to an input of `from`, or to itself where that is 0, and a feed-forward.
    private static Block layer(
            Config config,
            String name,
            long width,
            long from,
            int headCount,
            long keys,
            long values,
            long out,
            long widening,
            boolean residual) {
        if (headCount == 0) {
            throw config.malformed("num_self_attention_heads", "must not be 0");
        }
        boolean cross = from > 0;
        long in = cross ? from : width;
        var heads = new Heads(headCount, headCount, keys / headCount, values / headCount, 0, 0);
        List<Part> parts = new ArrayList<>();
        if (cross) {
            parts.add(new Part(Slot.OTHER, norm("self.layernorm2", from)));
        }
        parts.add(new Part(Slot.QUERY, Linear.of("self.query", width, keys, true)));
        parts.add(new Part(Slot.KEY, Linear.of("self.key", in, keys, true)));
        parts.add(new Part(Slot.VALUE, Linear.of("self.value", in, values, true)));
        parts.add(new Part(Slot.OUTPUT, Linear.of("output.dense", values, out, true)));
        Span span = cross ? Span.cross() : Span.bidirectional();
        Attention attention = Attention.of("attention", heads, span, Rotary.NONE, parts);
        Norm before = norm("attention.self.layernorm1", width);
        FeedForward feedForward =
                FeedForwards.plain("mlp", width, widening * width, config.text("hidden_act"), true, "dense1", "dense2");
        return Sequence.of(
                name,
                residual ? Residual.of(before, attention) : Sequence.of("", before, attention),
                Residual.of(norm("layernorm", width), feedForward));
    }

    private static Norm norm(String name, long width) {
        return Norm.layer(name, width, 1e-5);
    }
}
