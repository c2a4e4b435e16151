package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import java.util.function.IntFunction;

/// The skeleton of a mixture with pre-norm layers of which some, mostly the first, keep a dense feed-forward.
public final class DenseFirst {
    private DenseFirst() {}

    /// A backbone whose first `first_k_dense_replace` layers are dense, or those that `mlp_layer_types` calls so.
    public static Sequence backbone(Config config, IntFunction<? extends Block> attention, Block experts) {
        return backbone(
                config, LayerTypes.feedForwards(config, config.count("first_k_dense_replace", 0)), attention, experts);
    }

    /// A backbone whose layers of the type `dense` have a feed-forward of `intermediate_size`.
    public static Sequence backbone(
            Config config, LayerTypes types, IntFunction<? extends Block> attention, Block experts) {
        Block dense = config.has("intermediate_size")
                ? FeedForwards.gated(config, config.flag("mlp_bias"))
                : Sequence.of("mlp");
        return TextModel.backbone(
                config,
                index -> TextModel.layer(
                        config, Norm.Kind.RMS, attention.apply(index), types.is(index, "dense") ? dense : experts),
                Norm.Kind.RMS);
    }
}
