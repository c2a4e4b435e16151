package dev.weighbridge.planner.anatomy;

import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.blueprint.Hyperparameters;
import dev.weighbridge.model.blueprint.ParameterCount;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.inventory.WeighedModel;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A model as a plan sees it.
///
/// It is made once for a model and is immutable; every runtime, precision and device reads the same one.
public final class Anatomy {
    private final String name;
    private final @Nullable Blueprint blueprint;
    private final Config config;
    private final ParameterCount count;
    private final Hyperparameters hyperparameters;
    private final List<Layer> layers;
    private final List<Weight> weights;
    private final List<Weight> buffers;

    private Anatomy(
            String name,
            @Nullable Blueprint blueprint,
            Config config,
            ParameterCount count,
            List<Layer> layers,
            List<Weight> weights,
            List<Weight> buffers) {
        this.name = name;
        this.blueprint = blueprint;
        this.config = config;
        this.count = count;
        this.hyperparameters = Hyperparameters.of(config);
        this.layers = List.copyOf(layers);
        this.weights = List.copyOf(weights);
        this.buffers = List.copyOf(buffers);
    }

    /// The anatomy of a weighed model: its weights as the files store them, its layers where a family knows them.
    public static Anatomy of(WeighedModel model) {
        Blueprint blueprint = model.blueprint().orElse(null);
        return new Anatomy(
                model.checkpoint().name(),
                blueprint,
                model.checkpoint().config(),
                model.count(),
                blueprint == null ? List.of() : Layers.of(blueprint),
                Weights.of(model),
                Weights.buffers(model));
    }

    /// The anatomy that a configuration alone gives.
    public static Anatomy of(String name, Blueprint blueprint) {
        return new Anatomy(
                name,
                blueprint,
                blueprint.config(),
                ParameterCount.of(blueprint),
                Layers.of(blueprint),
                Weights.of(blueprint),
                Weights.buffers(blueprint));
    }

    /// What the user calls the model.
    public String name() {
        return name;
    }

    /// The tree, where a family knows the architecture.
    public Optional<Blueprint> blueprint() {
        return Optional.ofNullable(blueprint);
    }

    /// The configuration, defaults included.
    public Config config() {
        return config;
    }

    /// Total and active parameters.
    public ParameterCount count() {
        return count;
    }

    /// Layers in the order of the tree, those of every tower; none where no family knows the architecture.
    public List<Layer> layers() {
        return layers;
    }

    /// Layers of the language model alone: those of the last text stack, or of all stacks of an encoder-decoder's
    /// text towers in order.
    public List<Layer> textLayers() {
        return layers.stream().filter(layer -> Layers.isText(layer.tower())).toList();
    }

    /// Every weight, buffers left out, those that are tied included.
    public List<Weight> weights() {
        return weights;
    }

    /// What is stored beside the weights and is no parameter: the router's corrections, scales and the like. Of a
    /// configuration alone those that a GGUF file holds.
    public List<Weight> buffers() {
        return buffers;
    }

    /// Width of the residual stream of the language model.
    public OptionalLong hiddenSize() {
        return figure("hidden_size");
    }

    /// Tokens known.
    public OptionalLong vocabularySize() {
        return figure("vocabulary_size");
    }

    /// Positions that the model was made for.
    public OptionalLong contextLength() {
        return figure("context_length");
    }

    private OptionalLong figure(String field) {
        Long value = hyperparameters.values().get(field);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
