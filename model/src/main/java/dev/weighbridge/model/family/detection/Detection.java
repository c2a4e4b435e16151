package dev.weighbridge.model.family.detection;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.component.BartLayer;
import java.util.ArrayList;
import java.util.List;

/// What DETR and its kin have in common.
final class Detection {
    private static final long LEARNED_POSITIONS = 50;
    private static final long BOX = 4;

    private Detection() {}

    /// Matrices with biases one after the other, all but the last `inner` wide.
    static Block layers(String name, long in, long inner, long out, int count) {
        return Repeat.of(
                name.isEmpty() ? "layers" : name + ".layers",
                count,
                index -> Linear.of("", index == 0 ? in : inner, index == count - 1 ? out : inner, true));
    }

    /// The head that predicts boxes: three matrices.
    static Block boxes(String name, long width) {
        return layers(name, width, width, BOX, 3);
    }

    /// A layer of the encoder or of the decoder, in BART's names.
    static BartLayer layer(Config config, String side, boolean normFirst) {
        int headCount = config.count(side + "_attention_heads");
        if (headCount == 0) {
            throw config.malformed(side + "_attention_heads", "must not be 0");
        }
        return BartLayer.of(
                config.size("d_model", config.size("hidden_size", 256)),
                headCount,
                config.size(side + "_ffn_dim"),
                config.text("activation_function", "relu"),
                normFirst);
    }

    /// Attention to a few sampled points of several maps (Deformable DETR, arXiv:2010.04159): where to look and how
    /// much each point counts are both read from the query.
    static Block deformable(String name, long width, long points, Block... further) {
        List<Block> blocks = new ArrayList<>(List.of(
                Linear.of("sampling_offsets", width, 2 * points, true).as(Role.ATTENTION),
                Linear.of("attention_weights", width, points, true).as(Role.ATTENTION)));
        blocks.addAll(List.of(further));
        return Sequence.of(name, blocks);
    }

    /// The values and the output of such attention.
    static Block[] values(long width) {
        return new Block[] {
            Linear.of("value_proj", width, width, true).as(Role.ATTENTION),
            Linear.of("output_proj", width, width, true).as(Role.ATTENTION)
        };
    }

    /// Learned positions of rows and columns; nothing where positions are sines.
    static Block positions(Config config, long width) {
        return config.text("position_embedding_type", "sine").equals("learned")
                ? Sequence.of(
                        "position_embedding",
                        Embedding.positions("row_embeddings", LEARNED_POSITIONS, width / 2),
                        Embedding.positions("column_embeddings", LEARNED_POSITIONS, width / 2))
                : Sequence.of("");
    }
}
