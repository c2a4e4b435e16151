package dev.weighbridge.engine.layer;

import dev.weighbridge.engine.layer.GroupedProjections.FusedOrder;
import dev.weighbridge.engine.layer.GroupedProjections.HeadNorms;
import dev.weighbridge.engine.position.Rotation;
import dev.weighbridge.engine.weight.Weights;
import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.error.UnsupportedException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Builds the layer of one attention block from its parts.
final class AttentionCompiler {
    /// What the matrix is called whose rows lie group by group: BLOOM, GPT-NeoX and Falcon; InternLM 2.
    private static final Set<String> GROUPED = Set.of("query_key_value", "wqkv");

    private static final Set<Slot> UNKNOWN = Set.of(
            Slot.KEY_VALUE, Slot.COMPRESSOR, Slot.OUTPUT_DOWN, Slot.GATED_NORM, Slot.POSITION_BIAS, Slot.INDEXER);

    private final Weights weights;
    private final Sizes sizes;
    private final Attention block;
    private final String path;

    AttentionCompiler(Weights weights, Sizes sizes, Attention block, String path) {
        this.weights = weights;
        this.sizes = sizes;
        this.block = block;
        this.path = path;
    }

    Layer compile(int cacheSlot) {
        for (Part part : block.parts()) {
            if (UNKNOWN.contains(part.slot())) {
                throw new UnsupportedException(
                        path + "." + part.block().name() + ": the engine does not run this part of an attention");
            }
        }
        boolean rotated = block.rotary().dimensions() > 0;
        return new AttentionLayer(
                block,
                block.heads().latentRank() > 0 ? latent() : grouped(),
                required(Slot.OUTPUT),
                rotated ? Rotation.of(block.rotary(), 0, sizes.contextLength()) : null,
                norm(Slot.OUTPUT_NORM),
                linear(Slot.OUTPUT_GATE).orElse(null),
                find(Slot.SINKS).map(table -> weights.floats(at(table))).orElse(null),
                cacheSlot);
    }

    private HeadProjections grouped() {
        Optional<LinearLayer> gated = linear(Slot.QUERY_GATE);
        Optional<Block> all = find(Slot.QUERY_KEY_VALUE);
        FusedOrder order = gated.isPresent()
                ? FusedOrder.QUERY_AND_GATE
                : all.filter(matrix -> GROUPED.contains(matrix.name())).isPresent()
                        ? FusedOrder.GROUPS
                        : FusedOrder.PARTS;
        return new GroupedProjections(
                block,
                linear(Slot.QUERY).orElse(null),
                linear(Slot.KEY).orElse(null),
                linear(Slot.VALUE).orElse(null),
                gated.or(() -> linear(Slot.QUERY_KEY_VALUE)).orElse(null),
                order,
                new HeadNorms(
                        norm(Slot.QUERY_NORM),
                        norm(Slot.KEY_NORM),
                        norm(Slot.VALUE_NORM),
                        norm(Slot.ROTATED_QUERY_NORM),
                        norm(Slot.ROTATED_KEY_NORM)));
    }

    private HeadProjections latent() {
        return new LatentProjections(
                block,
                linear(Slot.QUERY_UP).orElseGet(() -> required(Slot.QUERY)),
                linear(Slot.QUERY_DOWN).orElse(null),
                norm(Slot.QUERY_DOWN_NORM),
                required(Slot.KEY_VALUE_DOWN),
                java.util.Objects.requireNonNull(norm(Slot.KEY_VALUE_DOWN_NORM), path),
                required(Slot.KEY_VALUE_UP));
    }

    private Optional<Block> find(Slot slot) {
        return Part.find(block.parts(), slot);
    }

    private String at(Block part) {
        return part.name().isEmpty() ? path : path + "." + part.name();
    }

    private Optional<LinearLayer> linear(Slot slot) {
        return find(slot).filter(Linear.class::isInstance).map(part -> LinearLayer.of((Linear) part, at(part), weights));
    }

    private LinearLayer required(Slot slot) {
        return linear(slot).orElseThrow(() -> new UnsupportedException(path + ": no " + slot + " projection"));
    }

    private @Nullable NormLayer norm(Slot slot) {
        return find(slot)
                .filter(Norm.class::isInstance)
                .map(part -> NormLayer.of((Norm) part, at(part), weights))
                .orElse(null);
    }
}
