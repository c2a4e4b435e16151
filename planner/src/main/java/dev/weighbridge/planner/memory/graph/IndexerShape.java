package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import java.util.List;

/// The sizes of the light attention that selects positions: queries from the latent, one key, a weight a head.
///
/// @param heads query heads
/// @param headDim width of a head and of the key
/// @param norm of the key
record IndexerShape(long heads, long headDim, Norm norm) {
    /// Reads them off the indexer's matrices: queries, key, weights in this order, with the key's norm among
    /// them.
    static IndexerShape of(Block indexer) {
        List<Linear> matrices = indexer.children().stream()
                .filter(Linear.class::isInstance)
                .map(Linear.class::cast)
                .toList();
        List<Norm> norms = indexer.children().stream()
                .filter(Norm.class::isInstance)
                .map(Norm.class::cast)
                .toList();
        if (matrices.size() != 3 || norms.size() != 1) {
            throw GraphContext.unknown(indexer);
        }
        long headDim = matrices.get(1).out();
        return new IndexerShape(matrices.getFirst().out() / headDim, headDim, norms.getFirst());
    }
}
