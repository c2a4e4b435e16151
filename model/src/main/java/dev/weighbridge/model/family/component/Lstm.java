package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Table;
import java.util.ArrayList;
import java.util.List;

/// A long short-term memory (Hochreiter and Schmidhuber 1997) in PyTorch's names: for each layer one matrix over the
/// input
/// and one over the last output, each with a bias, for the four gates together.
public final class Lstm {
    private Lstm() {}

    /// Layers of this width on top of each other.
    ///
    /// @param input width of what the first layer reads
    /// @param width of the outputs and the memory
    public static Sequence of(String name, long input, long width, int layerCount) {
        List<Block> tables = new ArrayList<>();
        long gates = Math.multiplyExact(4, width);
        for (int layer = 0; layer < layerCount; layer++) {
            tables.add(Table.of("weight_ih_l" + layer, gates, layer == 0 ? input : width));
            tables.add(Table.of("weight_hh_l" + layer, gates, width));
            tables.add(Table.of("bias_ih_l" + layer, gates));
            tables.add(Table.of("bias_hh_l" + layer, gates));
        }
        return Sequence.of(name, tables);
    }
}
