package dev.weighbridge.model.family;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.config.Config;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// A group of architectures that share their structure: Llama, BERT, DeepSeek V3 …
///
/// A family names the architectures it builds whole (`LlamaForCausalLM`) and the backbones it lends to others by model
/// type (`llama`), which is how a vision-language model takes in the language model its configuration names.
public final class Family {
    /// Builds a block from a configuration whose defaults are filled in.
    @FunctionalInterface
    public interface Builder {
        /// The block of a configuration.
        ///
        /// @param config the configuration, defaults included
        /// @param families where the backbones of nested configurations are found
        Block build(Config config, Families families);
    }

    private final String name;
    private final Map<String, Builder> architectures = new LinkedHashMap<>();
    private final Map<String, Builder> backbones = new LinkedHashMap<>();

    private Family(String name) {
        this.name = name;
    }

    /// A family without members yet.
    public static Family named(String name) {
        return new Family(name);
    }

    /// Adds architectures, by class name, that all build the same way.
    public Family architecture(Function<Config, Block> builder, String... classes) {
        return composite((config, _) -> builder.apply(config), classes);
    }

    /// Adds architectures, by class name, that take in backbones of other families.
    public Family composite(Builder builder, String... classes) {
        for (String name : classes) {
            architectures.put(name, builder);
        }
        return this;
    }

    /// Adds backbones, by model type: the model without head and without a name of its own.
    public Family backbone(Function<Config, Block> builder, String... modelTypes) {
        return compositeBackbone((config, _) -> builder.apply(config), modelTypes);
    }

    /// Adds backbones, by model type, that take in backbones of other families.
    public Family compositeBackbone(Builder builder, String... modelTypes) {
        for (String modelType : modelTypes) {
            backbones.put(modelType, builder);
        }
        return this;
    }

    /// The family's name.
    public String name() {
        return name;
    }

    /// The class names it builds.
    public Set<String> architectures() {
        return architectures.keySet();
    }

    /// The model types it lends backbones for.
    public List<String> modelTypes() {
        return List.copyOf(backbones.keySet());
    }

    Map<String, Builder> architectureBuilders() {
        return architectures;
    }

    Map<String, Builder> backboneBuilders() {
        return backbones;
    }
}
