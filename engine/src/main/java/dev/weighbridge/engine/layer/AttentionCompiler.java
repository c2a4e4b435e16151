package dev.weighbridge.engine.layer;

import dev.weighbridge.engine.layer.GroupedProjections.FusedOrder;
import dev.weighbridge.engine.layer.GroupedProjections.HeadNorms;
import dev.weighbridge.engine.position.Rotation;
import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.error.UnsupportedException;
import java.util.Optional;
import java.util.Set;

/// Builds the layer of one attention block from its parts.
final class AttentionCompiler {
    /// What the matrix is called whose rows lie group by group: BLOOM, GPT-NeoX and Falcon; InternLM 2.
    private static final Set<String> GROUPED = Set.of("query_key_value", "wqkv");

    private static final Set<Slot> UNKNOWN = Set.of(
            Slot.KEY_VALUE, Slot.COMPRESSOR, Slot.OUTPUT_DOWN, Slot.GATED_NORM, Slot.POSITION_BIAS, Slot.INDEXER);

    private final Sizes sizes;
    private final Attention block;
    private final Parts parts;

    AttentionCompiler(Sizes sizes, Attention block, Parts parts) {
        this.sizes = sizes;
        this.block = block;
        this.parts = parts;
    }

    Layer compile(int cacheSlot) {
        for (Part part : block.parts()) {
            if (UNKNOWN.contains(part.slot())) {
                throw new UnsupportedException(
                        parts.at(part.block()) + ": the engine does not run this part of an attention");
            }
        }
        boolean rotated = block.rotary().dimensions() > 0;
        return new AttentionLayer(
                block,
                block.heads().latentRank() > 0 ? latent() : grouped(),
                parts.required(Slot.OUTPUT),
                rotated ? Rotation.of(rotary(), 0, sizes.contextLength()) : null,
                parts.norm(Slot.OUTPUT_NORM),
                parts.linear(Slot.OUTPUT_GATE).orElse(null),
                parts.find(Slot.SINKS)
                        .map(table -> parts.weights().floats(parts.at(table)))
                        .orElse(null),
                cacheSlot);
    }

    private Rotary rotary() {
        return parts.weights().conventions().rotatesPairs() ? block.rotary().inPairs() : block.rotary();
    }

    private HeadProjections grouped() {
        Optional<LinearLayer> gated = parts.linear(Slot.QUERY_GATE);
        Optional<Block> all = parts.find(Slot.QUERY_KEY_VALUE);
        FusedOrder order = gated.isPresent()
                ? FusedOrder.QUERY_AND_GATE
                : all.filter(matrix -> GROUPED.contains(matrix.name())).isPresent()
                        ? FusedOrder.GROUPS
                        : FusedOrder.PARTS;
        return new GroupedProjections(
                block,
                parts.linear(Slot.QUERY).orElse(null),
                parts.linear(Slot.KEY).orElse(null),
                parts.linear(Slot.VALUE).orElse(null),
                gated.or(() -> parts.linear(Slot.QUERY_KEY_VALUE)).orElse(null),
                order,
                new HeadNorms(
                        parts.norm(Slot.QUERY_NORM),
                        parts.norm(Slot.KEY_NORM),
                        parts.norm(Slot.VALUE_NORM),
                        parts.norm(Slot.ROTATED_QUERY_NORM),
                        parts.norm(Slot.ROTATED_KEY_NORM)));
    }

    private HeadProjections latent() {
        return new LatentProjections(
                block,
                parts.linear(Slot.QUERY_UP).orElseGet(() -> parts.required(Slot.QUERY)),
                parts.linear(Slot.QUERY_DOWN).orElse(null),
                parts.norm(Slot.QUERY_DOWN_NORM),
                parts.required(Slot.KEY_VALUE_DOWN),
                java.util.Objects.requireNonNull(parts.norm(Slot.KEY_VALUE_DOWN_NORM), parts.path()),
                parts.required(Slot.KEY_VALUE_UP));
    }
}
