package dev.weighbridge.model.family.classic;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Head;
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

/// Reformer (arXiv:2001.04451): local attention within chunks, or attention among positions that hash alike with one
/// matrix for query and key; two residual streams, so that everything behind them is twice as wide.
final class ReformerFamily {
    private ReformerFamily() {}

    static Family family() {
        return Family.named("reformer")
                .architecture(ReformerFamily::headed, "ReformerModelWithLMHead", "ReformerForMaskedLM")
                .architecture(ReformerFamily::backbone, "ReformerModel")
                .backbone(ReformerFamily::backbone, "reformer");
    }

    /// The head is as wide as both streams, so it cannot be tied to the embedding; its bias stands beside the matrix.
    private static Block headed(Config config) {
        long vocabulary = config.size("vocab_size");
        return Sequence.of(
                "",
                Sequence.of("reformer", backbone(config)),
                Sequence.of(
                        "lm_head",
                        Head.of("decoder", 2 * config.size("hidden_size"), vocabulary),
                        new Table("bias", Shape.of(vocabulary), Role.HEAD)));
    }

    private static Block backbone(Config config) {
        long hidden = config.size("hidden_size");
        List<String> kinds = config.texts("attn_layers");
        return Sequence.of(
                "",
                Sequence.of(
                        "embeddings",
                        Embedding.of("word_embeddings", config.size("vocab_size"), hidden),
                        Sequence.of("position_embeddings", positions(config))),
                Sequence.of(
                        "encoder",
                        Repeat.of("layers", kinds.size(), index -> layer(config, kinds.get(index))),
                        Norm.layer("layer_norm", 2 * hidden, config.number("layer_norm_eps", 1e-12))));
    }

    /// Learned positions, or axial ones: a table for each axis of a grid, which together give the hidden size.
    private static List<Block> positions(Config config) {
        if (!config.flag("axial_pos_embds", true)) {
            return List.of(Embedding.positions(
                    "embedding", config.size("max_position_embeddings"), config.size("hidden_size")));
        }
        List<Long> shape = config.integers("axial_pos_shape");
        long[] widths = config.sizes("axial_pos_embds_dim", shape.size());
        List<Block> tables = new ArrayList<>();
        for (int axis = 0; axis < shape.size(); axis++) {
            long[] dimensions = new long[shape.size() + 1];
            java.util.Arrays.fill(dimensions, 1);
            dimensions[axis] = shape.get(axis);
            dimensions[shape.size()] = widths[axis];
            tables.add(Table.positions("weights." + axis, dimensions));
        }
        return tables;
    }

    private static Block layer(Config config, String kind) {
        long hidden = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps", 1e-12);
        FeedForward feedForward = FeedForwards.plain(
                "feed_forward",
                hidden,
                config.size("feed_forward_size"),
                config.text("hidden_act"),
                true,
                "dense.dense",
                "output.dense");
        return Sequence.of(
                "",
                Residual.of(Norm.layer("attention.layer_norm", hidden, epsilon), attention(config, kind)),
                Residual.of(Norm.layer("feed_forward.layer_norm", hidden, epsilon), feedForward));
    }

    private static Attention attention(Config config, String kind) {
        long hidden = config.size("hidden_size");
        int headCount = config.count("num_attention_heads");
        Heads heads = Heads.of(headCount, headCount, config.size("attention_head_size"));
        Part value = new Part(Slot.VALUE, Linear.of("self_attention.value", hidden, heads.valueWidth()));
        Part output = new Part(Slot.OUTPUT, Linear.of("output.dense", heads.valueWidth(), hidden));
        return switch (kind) {
            case "local" -> {
                long chunks = 1 + config.size("local_num_chunks_before", 1);
                Span near = Span.window(chunks * config.size("local_attn_chunk_length"));
                Part query = new Part(Slot.QUERY, Linear.of("self_attention.query", hidden, heads.queryWidth()));
                Part key = new Part(Slot.KEY, Linear.of("self_attention.key", hidden, heads.keyWidth()));
                yield Attention.of("attention", heads, near, Rotary.NONE, List.of(query, key, value, output));
            }
            case "lsh" -> {
                Part both = new Part(Slot.QUERY, Linear.of("self_attention.query_key", hidden, heads.queryWidth()));
                yield Attention.of("attention", heads, Span.causal(), Rotary.NONE, List.of(both, value, output));
            }
            default -> throw config.malformed("attn_layers", "names \"" + kind + "\"; known: local, lsh");
        };
    }
}
