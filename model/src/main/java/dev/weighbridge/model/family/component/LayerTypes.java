package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.config.Config;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// The kind of every numbered layer: of its mixer (`layer_types`) or of its feed-forward (`mlp_layer_types`).
///
/// @param types one name a layer
public record LayerTypes(List<String> types) {
    /// Copies the list.
    public LayerTypes {
        types = List.copyOf(types);
    }

    /// The list in `field`, or what `usual` says of each layer where there is none; a longer list is cut.
    public static LayerTypes of(Config config, String field, IntFunction<String> usual) {
        int layerCount = config.count("num_hidden_layers");
        List<String> given = config.texts(field);
        if (!config.has(field)) {
            return new LayerTypes(IntStream.range(0, layerCount).mapToObj(usual).toList());
        }
        if (given.size() < layerCount) {
            throw config.malformed(field, "names " + given.size() + " layers where there are " + layerCount);
        }
        return new LayerTypes(given.subList(0, layerCount));
    }

    /// The kinds of the mixers, by `layer_types`.
    public static LayerTypes mixers(Config config, IntFunction<String> usual) {
        return of(config, "layer_types", usual);
    }

    /// The kinds of the mixers, by `layer_types`; without it every `period`-th layer, the last of its period, is of
    /// `full_attention` and the others of `sliding_attention`.
    public static LayerTypes mixers(Config config, long period) {
        if (period <= 0) {
            throw config.malformed("sliding_window_pattern", "must be positive, found " + period);
        }
        return mixers(config, index -> (index + 1) % period == 0 ? "full_attention" : "sliding_attention");
    }

    /// The type of a layer.
    public String at(int layer) {
        return types.get(layer);
    }

    /// The layer at each index where layers of one type are equal: that of each type is built once.
    public IntFunction<Block> layers(Function<String, ? extends Block> layer) {
        Map<String, Block> built = new HashMap<>();
        return index -> built.computeIfAbsent(types.get(index), layer);
    }

    /// The kinds of the feed-forwards, `dense` or `sparse`, by `mlp_layer_types`; without it the first `denseCount` are
    /// dense.
    public static LayerTypes feedForwards(Config config, int denseCount) {
        return of(config, "mlp_layer_types", index -> index < denseCount ? "dense" : "sparse");
    }

    /// Whether a layer is of this kind.
    public boolean is(int layer, String type) {
        return types.get(layer).equals(type);
    }
}
