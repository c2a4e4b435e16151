package dev.weighbridge.model.block;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/// Numbered blocks, one after the other: `layers.0`, `layers.1`, …
///
/// Equal blocks are held once: `variants` are the distinct ones and `layout` says which stands at each index, so that a
/// reading costs the number of distinct blocks.
///
/// @param name path segment before the number
/// @param first the number of the first block
/// @param variants the distinct blocks; their own names follow the number, and are mostly empty
/// @param layout for each position the index into `variants`
/// @param passes how often the input goes through each block before the next one, with the same parameters (ALBERT,
///     arXiv:1909.11942); 1 for most
public record Repeat(String name, int first, List<Block> variants, List<Integer> layout, int passes) implements Block {
    /// Copies the lists and checks that the layout points into the variants.
    public Repeat {
        variants = List.copyOf(variants);
        layout = List.copyOf(layout);
        for (int variant : layout) {
            if (variant < 0 || variant >= variants.size()) {
                throw new IllegalArgumentException("layout of " + name + " points to variant " + variant);
            }
        }
    }

    /// `count` blocks, each given by its index; equal ones are merged.
    public static Repeat of(String name, int count, IntFunction<? extends Block> block) {
        return from(name, 0, count, block);
    }

    /// `count` equal blocks.
    public static Repeat of(String name, int count, Block block) {
        return new Repeat(name, 0, count == 0 ? List.of() : List.of(block), java.util.Collections.nCopies(count, 0), 1);
    }

    /// `count` blocks numbered from `first` on, each given by its number; equal ones are merged.
    public static Repeat from(String name, int first, int count, IntFunction<? extends Block> block) {
        Map<Block, Integer> seen = new LinkedHashMap<>();
        // most families hand out one instance for all equal layers, and a whole layer is slow to hash
        IdentityHashMap<Block, Integer> same = new IdentityHashMap<>();
        List<Integer> layout = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Block next = block.apply(first + i);
            layout.add(same.computeIfAbsent(next, distinct -> seen.computeIfAbsent(distinct, _ -> seen.size())));
        }
        return new Repeat(name, first, List.copyOf(seen.keySet()), layout, 1);
    }

    /// The same with the input going through each block so often.
    public Repeat passed(int times) {
        return new Repeat(name, first, variants, layout, times);
    }

    /// The same under another name.
    public Repeat renamed(String other) {
        return new Repeat(other, first, variants, layout, passes);
    }

    /// How many blocks there are.
    public int count() {
        return layout.size();
    }

    /// How many positions hold `variant`.
    public long countOf(int variant) {
        return layout.stream().filter(index -> index == variant).count();
    }

    /// The block numbered `first + position`.
    public Block at(int position) {
        return variants.get(layout.get(position));
    }

    @Override
    public List<Block> children() {
        return variants;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }
}
